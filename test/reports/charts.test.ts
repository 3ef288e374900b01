/** Every chart: its spec against a golden file, the Vega-Lite schema and its own data; its words and its table. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import { charts } from '../../reports/charts/index.js';
import type { ReportInput } from '../../reports/data.js';
import { drawSvg } from '../../reports/draw.js';
import { colours, withTheme } from '../../reports/theme.js';
import {
  crowdInput,
  lawInput,
  payloadWorkloads,
  pushInput,
  reportInput,
  sweepWorkloads,
} from '../fixtures/report-input.js';

const inputs = {
  quick: reportInput(),
  sweep: reportInput({ workloads: sweepWorkloads }),
  subjects: reportInput({ subjects: ['uws', 'node'] }),
  pages: reportInput({ clients: ['raw', 'browser'], transports: ['polling', 'sse'] }),
  payloads: reportInput({ transports: ['polling', 'sse', 'websocket'], repeats: 2, workloads: payloadWorkloads }),
  laws: lawInput(),
  crowds: crowdInput(),
  pushes: pushInput(),
  'subjects-sweep': reportInput({ subjects: ['uws', 'node'], workloads: sweepWorkloads.slice(0, 2) }),
};
/** Inputs made for some charts; the others have a sweep of theirs already. */
const about: Readonly<Record<string, readonly string[]>> = {
  payloads: ['payload-share'],
  laws: ['cost-crossover', 'cost-map', 'poll-law', 'staleness-law'],
  pushes: ['push-knee'],
  crowds: ['memory-slope', 'spread'],
};
const validate = new Ajv.default({ strict: false, validateFormats: false, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(createRequire(import.meta.url).resolve('vega-lite/vega-lite-schema.json'), 'utf8')),
);

for (const chart of charts) {
  const shown = Object.entries(inputs)
    .filter(([name]) => (about[name] ?? [chart.id]).includes(chart.id))
    .filter(([, input]) => chart.concerns?.(input) ?? true);
  for (const [name, input] of shown) {
    const spec = chart.spec(input);

    test(`${chart.id}, ${name}: is the golden spec`, () => {
      const path = fileURLToPath(new URL(`../golden/${chart.id}.${name}.json`, import.meta.url));
      const text = `${JSON.stringify(spec, null, 1)}\n`;
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
      assert.ok(existsSync(path), `no golden spec of ${chart.id}; look at the chart, then: UPDATE_GOLDEN=1 npm test`);
      assert.equal(text, readFileSync(path, 'utf8'), 'the spec changed; if that is meant: UPDATE_GOLDEN=1 npm test');
    });

    test(`${chart.id}, ${name}: is valid Vega-Lite, and every field is in its data`, () => {
      assert.ok(validate(withTheme(spec, 'light')), JSON.stringify(validate.errors?.slice(0, 3)));
      const rows = (spec as unknown as { data: { values: Record<string, unknown>[] } }).data.values;
      const made = namesMade(spec);
      for (const field of fieldsOf(spec))
        assert.ok(made.has(field) || rows.some((row) => field in row), `no row has '${field}'`);
    });

    test(`${chart.id}, ${name}: every mark tells what it is when it is pointed at, and every axis its title`, () => {
      const missing = layersOf(spec).filter(({ mark, encoding }) => {
        const { type } = typeof mark === 'string' ? { type: mark } : (mark as { type: string });
        return type !== 'text' && encoding.tooltip === undefined;
      });
      assert.deepEqual(missing, []);
      for (const { encoding } of layersOf(spec))
        for (const axis of [encoding.x, encoding.y] as ({ type?: string; axis?: null; title?: string } | undefined)[])
          if (axis?.type === 'quantitative' && axis.axis !== null && axis.title !== null) assert.ok(axis.title);
    });

    test(`${chart.id}, ${name}: legends list arms that have a row, and no others`, () => {
      const rows = (spec as unknown as { data: { values: Record<string, unknown>[] } }).data.values;
      const shown = new Set(rows.flatMap(({ arm }) => (arm === undefined ? [] : [arm])));
      for (const domain of armDomains(spec)) assert.deepEqual(new Set(domain), shown);
    });

    test(`${chart.id}, ${name}: draws marks, in both themes`, async () => {
      for (const theme of ['light', 'dark'] as const) {
        assert.ok(spec !== null);
        const svg = await drawSvg(spec, theme);
        assert.match(svg, /^<svg/);
        assert.match(svg, /class="mark-(symbol|line|rect|area|rule)/);
        assert.ok(!svg.includes('theme:'), 'every named colour has a value');
        assert.ok(!/NaN|undefined/.test(svg), 'no mark at an impossible place');
      }
    });
  }

  test(`${chart.id}: asks a question, says how to read it, and tells its figures in words and as a table`, () => {
    const input = shown[0]?.[1] as ReportInput;
    assert.match(chart.question, /\?$/);
    assert.ok(chart.reading.length > 40);
    assert.match(chart.answer?.(input) ?? '', /\d.*\.$/, 'answers in a sentence with a figure');
    assert.match(chart.describe(input), /\d/);
    const { head, rows } = chart.table(input);
    assert.ok(rows.length > 0);
    for (const row of rows) assert.equal(row.length, head.length);
  });

  test(`${chart.id}: says 'not measured' instead of leaving an arm out`, () => {
    const input = reportInput({
      repeats: 1,
      clients: chart.id === 'browser-versus-raw' ? ['raw', 'browser'] : ['raw'],
      trial: (trial) =>
        trial.trial.transport === 'sse'
          ? {
              ...trial,
              client: {
                ...trial.client,
                latency: { ...trial.client.latency, count: 0 },
                windowDelivered: 0,
                stalenessMeanUs: null,
                disruptions: { ...trial.client.disruptions, resume: { ...trial.client.disruptions.resume, count: 0 } },
              },
            }
          : trial,
    });
    // One workload is no sweep, and no map.
    if (['push-knee', 'cost-map'].includes(chart.id)) return assert.equal(chart.spec(input), null);
    if (['useless-polls', 'poll-law', 'cost-crossover', 'deliveries'].includes(chart.id)) return assertStillDrawn();
    const row = chart.table(input).rows.find((cells) => cells.includes('Server-Sent Events'));
    assert.ok(row?.includes('not measured'), JSON.stringify(row));

    function assertStillDrawn(): void {
      assert.ok(chart.spec(input) !== null);
    }
  });

  test(`${chart.id}: with nothing measured there is no chart, and no error`, () => {
    const input = reportInput({ transports: ['sse'], repeats: 1 });
    const nothing = {
      ...input,
      summary: {
        ...input.summary,
        arms: input.summary.arms.map((arm) => ({
          ...arm,
          trials: 0,
          metrics: {},
          latencyQuantiles: [],
          trialLatencyQuantiles: [],
          deliveriesPerS: [],
        })),
      },
    };
    assert.equal(chart.spec(nothing), null);
    assert.equal(typeof chart.describe(nothing), 'string');
    chart.table(nothing);
  });
}

test('ids are unique, and both themes name the same colours', () => {
  assert.equal(new Set(charts.map(({ id }) => id)).size, charts.length);
  assert.deepEqual(Object.keys(colours.light), Object.keys(colours.dark));
});

test('colours can be told from their background: 3 : 1 at least (WCAG 2.2, 1.4.11)', () => {
  for (const [theme, paper] of [
    ['light', '#ffffff'],
    ['dark', '#161616'],
  ] as const)
    for (const [name, colour] of Object.entries(colours[theme]))
      assert.ok(contrast(colour, paper) >= 3, `${theme} ${name}: ${contrast(colour, paper).toFixed(2)}`);
});

function fieldsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'values' ? [] : key === 'field' && typeof item === 'string' ? [item] : fieldsOf(item),
  );
}

interface Layer {
  readonly mark: unknown;
  readonly encoding: Readonly<Record<string, unknown>>;
}

/** Everything that has a mark, with the encoding that it has and inherits. */
function layersOf(value: unknown, inherited: Layer['encoding'] = {}): Layer[] {
  if (Array.isArray(value)) return value.flatMap((item) => layersOf(item, inherited));
  if (value === null || typeof value !== 'object') return [];
  const { mark, encoding: own = {}, layer, vconcat, spec } = value as Record<string, unknown>;
  const encoding = { ...inherited, ...(own as Layer['encoding']) };
  return [...(mark === undefined ? [] : [{ mark, encoding }]), ...layersOf([layer, vconcat, spec], encoding)];
}

/** Of scales that tell arms apart. */
function armDomains(value: unknown): string[][] {
  if (Array.isArray(value)) return value.flatMap(armDomains);
  if (value === null || typeof value !== 'object') return [];
  const { field, scale } = value as { field?: string; scale?: { domain?: string[] } };
  const own = field === 'arm' && Array.isArray(scale?.domain) ? [scale.domain] : [];
  return [...own, ...Object.entries(value).flatMap(([key, item]) => (key === 'values' ? [] : armDomains(item)))];
}

/** Fields that a transform of the spec makes out of others. */
function namesMade(spec: unknown): Set<string> {
  const found = [...JSON.stringify(spec).matchAll(/"as":\["?([^\]"]+)"?\]/g)].map(([, name = '']) => name);
  return new Set(found);
}

/** WCAG 2.2: (L1 + 0.05) ÷ (L2 + 0.05) of relative luminances. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
