import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { summarize } from '../../harness/summarize.js';
import { formatSummary, formatVerdicts } from '../../harness/table.js';
import { terminalOf, wrapped } from '../../harness/terminal.js';
import { reportInput } from '../fixtures/report-input.js';
import { failedTrial, fakeCost, fakeHistogram, fakePlan, fakeTrial } from '../fixtures/run.js';

test('a latency below what the instrument can resolve is shown as such', () => {
  const plan = fakePlan({ transports: ['sse'], repeats: 3 });
  const summary = summarize(
    plan,
    plan.trials.map((trial) => fakeTrial(trial)),
  );
  const coarse = { ...summary, resolutionUs: 5_000 };
  assert.match(formatSummary(plan, coarse), /^sse +< 5\.0 +/m);
  assert.doesNotMatch(formatSummary(plan, { ...summary, resolutionUs: 10 }), /</);
});

test('the summary shows intervals, what does not apply, what was not measured, and what was left out', () => {
  const plan = fakePlan({ transports: ['polling', 'sse'], repeats: 3 });
  const text = formatSummary(
    plan,
    summarize(
      plan,
      plan.trials.map((trial, i) =>
        i === 0
          ? failedTrial(trial)
          : fakeTrial(trial, {
              client: { stalenessMeanUs: 100_000 + trial.repetition * 1000 },
              serverCost: fakeCost(),
              warnings: [{ kind: 'few-samples', message: 'few', disqualifying: false }],
            }),
      ),
    ),
  );
  const lines = text.split('\n');
  assert.equal(lines[0], '2 subscribers, 10 updates/s, 100 B, polled every 100 ms');
  assert.match(text, /^polling .* 102 \[101–102\] .* not measured +400 +0 +0$/m);
  assert.match(text, /^sse .* 101 \[100–102\] .* — .* not measured +600 +0 +0$/m);
  assert.match(text, /1 of 6 trials left out:\n {2}w\.polling\.raw\.uws\.1: failed \(server-died\): /);
  assert.match(text, /5 warnings: 5 × few-samples/);
  assert.match(text, /from the order of 2 to 3 trials, which holds it with 50 % confidence or more/);
});

/** Three arms whose medians are apart: 1, 2 and 4 ms; the first two tie in bytes. */
function threeArms() {
  const plan = fakePlan({ transports: ['polling', 'sse', 'websocket'], repeats: 3 });
  const ms = { polling: 4, sse: 2, websocket: 1 } as Record<string, number>;
  const records = plan.trials.map((trial) =>
    fakeTrial(trial, { client: { latency: fakeHistogram(Array(50).fill((ms[trial.transport] ?? 0) * 1000)) } }),
  );
  return { plan, summary: summarize(plan, records) };
}

test('what is best and what ties for it bears a mark, and nothing else does', () => {
  const { plan, summary } = threeArms();
  const text = formatSummary(plan, summary);
  assert.match(text, /^websocket +▸ 1\.00 /m);
  assert.match(text, /^sse +2\.00 .*≈ 110 /m);
  assert.match(text, /▸ best, ≈ tied for best/);
  assert.equal(stripVTControlCharacters(text), text);
});

test('where the table would not fit, no line is longer than the terminal, and bars are as long as medians', () => {
  const { plan, summary } = threeArms();
  for (const columns of [40, 72, 100]) {
    const text = formatSummary(plan, summary, { colours: false, columns });
    for (const line of text.split('\n')) assert.ok(line.length <= columns, `${columns}: ${line}`);
    assert.match(text, /^latency p50 ms\n {2}polling +4\.00/m);
  }
  const text = formatSummary(plan, summary, { colours: false, columns: 80 });
  const bar = (name: string) => new RegExp(`^ {2}${name} +[^▇]*(▇+)$`, 'm').exec(text)?.[1]?.length ?? 0;
  assert.ok(bar('polling') > 0);
  assert.deepEqual([bar('sse') / bar('polling'), bar('websocket') / bar('polling')], [0.5, 0.25]);
});

test('colours are for terminals, unless NO_COLOR or FORCE_COLOR say otherwise', () => {
  const tty = { isTTY: true, columns: 80 };
  const colours = (stream: object, env: Record<string, string>) => terminalOf(stream, env).colours;
  assert.equal(colours(tty, {}), true);
  assert.equal(colours(tty, { NO_COLOR: '1' }), false);
  assert.equal(colours(tty, { NO_COLOR: '' }), true);
  assert.equal(colours(tty, { TERM: 'dumb' }), false);
  assert.equal(colours({}, {}), false);
  assert.equal(colours({}, { FORCE_COLOR: '1' }), true);
  assert.equal(colours({}, { FORCE_COLOR: '0' }), false);
  assert.equal(colours({}, { FORCE_COLOR: '1', NO_COLOR: '1' }), false);
  assert.equal(terminalOf({}, {}).columns, Number.POSITIVE_INFINITY);
  assert.equal(terminalOf({}, { COLUMNS: '60' }).columns, 60);
  const { plan, summary } = threeArms();
  const coloured = formatSummary(plan, summary, { colours: true, columns: 200 });
  assert.ok(coloured.includes('\u001b[1m▸ 1.00\u001b[22m'));
  // Without its colours it is the same text.
  assert.equal(stripVTControlCharacters(coloured), formatSummary(plan, summary, { colours: false, columns: 200 }));
});

test('words wrap with an indent, columns of spaces stay, and a word too long stays whole', () => {
  const at = (columns: number) => ({ colours: false, columns });
  assert.equal(wrapped('A2b  one two three', at(12), 5), 'A2b  one two\n     three');
  assert.equal(wrapped('  keeps its start', at(80)), '  keeps its start');
  assert.equal(wrapped('unbreakable-word x', at(5)), 'unbreakable-word\nx');
  assert.equal(wrapped('about 20 % of it', at(9)), 'about\n20 % of\nit', 'a number keeps its unit');
  assert.equal(wrapped('in 5 sets', at(5)), 'in 5\nsets');
});

test('verdicts are told in a shape and a word, short, and within the terminal', () => {
  const { verdicts } = reportInput();
  const text = formatVerdicts(verdicts, { colours: false, columns: 60 });
  for (const line of text.split('\n')) assert.ok(line.length <= 60, line);
  assert.match(text, /^A6 {3}[●◐✕≠∅~–] /m);
  assert.ok(formatVerdicts(verdicts, { colours: true, columns: 300 }).includes('\u001b[31m✕ contradicted'));
});
