/**
 * The table to decide by: each transport with what it costs and how it behaves, in one row.
 *
 * Its figures are of one workload, which the caption names. Memory comes from slopes over the number of connections,
 * behaviour from arms of the same run with faults or proxies; where a run has none, the cell says so.
 */
import type { proxies } from '../contract/proxies.js';
import { transports } from '../contract/transports.js';
import type { Workload } from '../contract/trial.js';
import { type Arm, type Estimate, outcomeMarks, type Slope } from '../harness/model.js';
import { armTitle, formatNumber, formatPoint, mainWorkload, type ReportInput, workloadOf } from './data.js';
import { cell, compared, type FindingCell, findingColumns, lowest } from './findings.js';
import { type Html, html, raw } from './html.js';

/** What gets through at all gets through whole; the odd update at the edge of a window is no blockade. */
const passes = 0.99;
const isBlocked = 0.01;
/** Ten times as old is another thing than a proxy's own hop, which costs a fraction of a millisecond. */
const heldBack = 10;

const metrics = ['stalenessMeanUs', 'latencyP50Us', 'latencyP99Us', 'bytesPerUpdate', 'serverCpuUsPerUpdate'] as const;
const columns = metrics.flatMap((metric) => findingColumns.filter((column) => column.metric === metric));

export function decisionTable(input: ReportInput): Html | null {
  const workload = mainWorkload(input);
  if (workload === undefined) return null;
  const rows = rowsOf(input, workload);
  if (rows.length === 0) return null;
  return html`<section id="decide"><h2>Which transport suits which need?</h2>
${input.plan.claims === null ? null : html`<p class="answer">${compared(input)}</p>\n`}<div class="scroll" tabindex="0" role="region" aria-label="Decision table"><table class="decision">
<caption><span>${workload.title}</span></caption>
<thead><tr><th scope="col">transport</th>${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}<th scope="col">server memory per connection, KB</th><th scope="col" class="words">when the connection breaks</th><th scope="col" class="words">behind a proxy</th></tr></thead>
<tbody>${rows.map((arm) => row(input, arm, workload))}</tbody>
</table></div>
<p class="note">Median over trials, with its interval below it: ${input.summary.intervalMethod}. <b>▸</b> is the best of its column; <b>≈</b> marks those that tie for best: repetition by repetition, in which all were sent the same updates, the difference may be none, or the other way round. Memory is the slope over runs with more and fewer connections. Staleness is the age of what a subscriber knows; latency counts from when the schedule meant an update to leave. All pairs: <a href="#differences">which differences are real</a>.</p></section>`;
}

/** The workload's arms, then transports of the run that only other workloads have. */
function rowsOf({ summary }: ReportInput, workload: Workload): Arm[] {
  const main = summary.arms.filter(({ workloadId }) => workloadId === workload.id);
  const [first] = main;
  const others = summary.arms.filter(
    ({ transport, client, subject }) =>
      client === first?.client && subject === first.subject && !main.some((arm) => arm.transport === transport),
  );
  const firsts = others.filter((arm, i) => others.findIndex(({ transport }) => transport === arm.transport) === i);
  const order = Object.keys(transports);
  return [...main, ...firsts].sort((a, b) => order.indexOf(a.transport) - order.indexOf(b.transport));
}

function row(input: ReportInput, arm: Arm, workload: Workload): Html {
  const here = arm.workloadId === workload.id;
  return html`<tr><th scope="row">${armTitle(arm, input.summary)}</th>${columns.map((column) =>
    figureCell(here ? cell(input, arm, column) : { text: 'not measured', mark: null }),
  )}${figureCell(memory(input, arm))}${words(whenBroken(input, arm))}${words(behindProxies(input, arm))}</tr>\n`;
}

/** A figure with its interval below it; best by a shape and by weight. */
export function figureCell({ text, mark }: FindingCell): Html {
  const [, median = text, interval = ''] = /^(\S+) (\[.*\])$/.exec(text) ?? [];
  const known = mark === null ? (median === 'not measured' ? 'unknown' : '') : mark;
  return html`<td${raw(known === '' ? '' : ` class="${known}"`)}>${median}${interval === '' ? null : html`<small>${interval.slice(1, -1)}</small>`}</td>`;
}

function words(lines: readonly string[]): Html {
  if (lines.length === 0) return html`<td class="words unknown">not measured</td>`;
  return html`<td class="words">${lines.map((line, i) => html`${raw(i === 0 ? '' : '<br>')}${line}`)}</td>`;
}

/** Idle memory where the run has it: it is not mixed with what updates on their way take. */
function memory({ summary }: ReportInput, arm: Arm): FindingCell {
  const slopes = summary.slopes.filter(({ client, subject }) => client === arm.client && subject === arm.subject);
  const metric = slopes.some((slope) => slope.metric === 'idleServerAnonymousBytes')
    ? 'idleServerAnonymousBytes'
    : 'serverAnonymousBytes';
  const own = longest(slopes.filter((slope) => slope.metric === metric && slope.transport === arm.transport));
  if (own === null) return { text: 'not measured', mark: null };
  const { median, low, high, values } = own.perSubscriber;
  const rivals = Object.keys(transports).flatMap((transport) => {
    const slope = longest(slopes.filter((one) => one.metric === metric && one.transport === transport));
    return slope === null ? [] : [slope.perSubscriber];
  });
  const best: Estimate[] = lowest(rivals, (estimate) => estimate);
  return {
    text: formatPoint({ median: median / 1e3, low: low / 1e3, high: high / 1e3 }),
    mark:
      values.length < 2 || rivals.length < 2 || !best.includes(own.perSubscriber)
        ? null
        : best.length === 1
          ? 'best'
          : 'tied',
  };
}

/** Of several lines the one over most connections, which single allocations disturb least. */
function longest(slopes: readonly Slope[]): Slope | null {
  return slopes.reduce<Slope | null>(
    (best, slope) => (best === null || Math.max(...slope.subscribers) > Math.max(...best.subscribers) ? slope : best),
    null,
  );
}

/** Arms of the same transport, client and subject whose workload has something in the way. */
function disturbed({ plan, summary }: ReportInput, arm: Arm, wanted: (workload: Workload) => boolean): Arm[] {
  return summary.arms.filter(
    (other) =>
      other.trials > 0 &&
      other.transport === arm.transport &&
      other.client === arm.client &&
      other.subject === arm.subject &&
      wanted(workloadOf(plan, other)),
  );
}

function whenBroken(input: ReportInput, arm: Arm): string[] {
  const ways = disturbed(input, arm, ({ faults = [] }) => faults.length > 0);
  if (ways.length === 0) return [];
  const noticed = ways.filter(({ counts }) => counts.noticed > 0);
  const back = noticed.filter(({ counts }) => counts.resumed >= counts.noticed);
  const times = back.flatMap(({ metrics: { resumeP50Us } }) =>
    resumeP50Us === undefined ? [] : [resumeP50Us.median / 1e3],
  );
  const [soonest, latest] = [Math.min(...times), Math.max(...times)].map((ms) => formatNumber(ms));
  const within = times.length === 0 ? '' : ` after ${soonest === latest ? soonest : `${soonest}–${latest}`} ms`;
  const of = ways.length === 1 ? '' : ` in ${back.length} of ${ways.length} ways of breaking`;
  const mark =
    back.length === ways.length
      ? outcomeMarks.reproduced
      : back.length === 0
        ? outcomeMarks.contradicted
        : outcomeMarks['holds under stated conditions'];
  const lost = ways.reduce((sum, { counts }) => sum + counts.lost, 0);
  const expected = ways.reduce((sum, { counts }) => sum + counts.expected, 0);
  const unnoticed = ways.length - noticed.length;
  return [
    `${mark} ${back.length === 0 ? 'not back' : `back${within}`}${of}`,
    ...(unnoticed === 0
      ? []
      : [`${unnoticed === ways.length ? 'the break was' : `${unnoticed} of them were`} not noticed`]),
    lost === 0 ? 'no update lost' : `${formatNumber((lost / expected) * 100)} % of updates lost`,
  ];
}

function behindProxies(input: ReportInput, arm: Arm): string[] {
  const through = disturbed(input, arm, ({ faults = [], proxy = 'none' }) => faults.length === 0 && proxy !== 'none');
  const proxyOf = (one: Arm) => workloadOf(input.plan, one).proxy as keyof typeof proxies;
  const plain = through.find((one) => proxyOf(one) === 'transparent')?.metrics.latencyP50Us?.median;
  return through.map((one) => {
    const { deliveredShare, supersededShare, latencyP50Us } = one.metrics;
    const name = proxyOf(one);
    if (deliveredShare === undefined) return `${name}: not measured`;
    const share = deliveredShare.median + (supersededShare?.median ?? 0);
    if (share <= isBlocked) return `${outcomeMarks.contradicted} ${name}: blocked`;
    if (share < passes)
      return `${outcomeMarks['holds under stated conditions']} ${name}: ${formatNumber(share * 100)} % arrives`;
    if (plain !== undefined && latencyP50Us !== undefined && latencyP50Us.median > plain * heldBack)
      return `${outcomeMarks['holds under stated conditions']} ${name}: held back, p50 ${formatNumber(latencyP50Us.median / 1e3)} ms`;
    return `${outcomeMarks.reproduced} ${name}: passes`;
  });
}
