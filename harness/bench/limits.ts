/**
 * npm run bench:limits: how far the lab itself reaches, so that a reader can tell a transport's limit from ours.
 *
 * 1. Floor: one subscriber at 100 updates/s over SSE and WebSocket; service latency p50 as a ratio to a bare TCP
 *    one-way hop between two Node processes, the three measured in turn.
 * 2. Fan-out: delivered updates per second over SSE to 1,000 subscribers, generator included.
 * 3. The command line: time to `--help`, time and size of the report of the newest run, and how soon its charts are drawn.
 *
 * What can fool it: two cores shared with anything else, so look at all repeats and at the ratios, not at one
 * figure; cold processes, hence the warm-ups; the bare hop has no recorder behind it, so it does less than ours.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nowUs } from '../../contract/clock.js';
import type { Workload } from '../../contract/trial.js';
import { formatTable } from '../columns.js';
import { fileNames, latestRun, listRuns, readTrials } from '../files.js';
import { measureHop } from '../floor/measure.js';
import { chooseCores } from '../meters/environment.js';
import { coreShare, percentile } from '../metrics.js';
import { type OkTrial, type SuiteInput, suiteSchema } from '../model.js';
import { createPlan } from '../plan.js';
import { runPlan } from '../run.js';
import { median } from '../stats.js';
import { openReport } from './first-chart.js';

const hopRateHz = 100;
const hopUpdates = 500;
/** The first ones find cold code. */
const hopWarmup = 150;

const one: Workload = {
  id: 'one',
  title: 'One subscriber, 100 updates/s, 16 B',
  subscribers: 1,
  updates: { rateHz: hopRateHz, arrival: 'periodic', burstSize: 1 },
  payloadBytes: 16,
  poll: { intervalMs: 1000, pacing: 'request-start', phase: 'random', connection: 'keep-alive' },
  longPollTimeoutMs: 25_000,
  delivery: 'every',
  warmupMs: (hopWarmup / hopRateHz) * 1000,
  windowMs: ((hopUpdates - hopWarmup) / hopRateHz) * 1000,
  drainMs: 2_000,
};

const fanOut = (rateHz: number): Workload => ({
  ...one,
  id: `fan-out-${rateHz}`,
  title: `1,000 subscribers, ${rateHz} updates/s, 16 B`,
  subscribers: 1000,
  updates: { rateHz, arrival: 'periodic', burstSize: 1 },
  warmupMs: 2_000,
  windowMs: 4_000,
  drainMs: 5_000,
});

const { repeats, rates } = options();
const cores = chooseCores();
if (cores.whyNot !== null) console.log(`not pinned: ${cores.whyNot}`);
await floor();
await fanOuts();
await commandLine();

async function floor(): Promise<void> {
  const hop: number[] = [];
  const sse: number[] = [];
  const websocket: number[] = [];
  for (let i = 0; i < repeats; i++) {
    hop.push(median((await bareHop()).slice(hopWarmup)));
    const records = await measure({ workload: one, transports: ['sse', 'websocket'] });
    for (const record of records)
      (record.trial.transport === 'sse' ? sse : websocket).push(
        percentile(record.client.serviceLatency, 50) ?? Number.NaN,
      );
  }
  const ratios = (values: readonly number[]) => values.map((value, i) => value / (hop[i] as number));
  console.log(`\n${one.title}: one-way p50, µs, ${repeats} repeats in turn`);
  console.log(
    formatTable([
      ['', 'median', 'all', 'ratio to bare hop', 'all'],
      ['bare TCP hop', micros(median(hop)), hop.map(micros).join(' '), '1', ''],
      [
        'SSE',
        micros(median(sse)),
        sse.map(micros).join(' '),
        times(median(ratios(sse))),
        ratios(sse).map(times).join(' '),
      ],
      [
        'WebSocket',
        micros(median(websocket)),
        websocket.map(micros).join(' '),
        times(median(ratios(websocket))),
        ratios(websocket).map(times).join(' '),
      ],
    ]),
  );
}

async function fanOuts(): Promise<void> {
  const rows = [['updates/s', 'offered/s', 'delivered/s', 'lost', 'p50 ms', 'p99 ms', 'server core', 'generator core']];
  for (const rateHz of rates)
    for (const record of await measure({ workload: fanOut(rateHz), transports: ['sse'] })) {
      const { client, serverCost, generatorCost } = record;
      const workload = fanOut(rateHz);
      rows.push([
        String(rateHz),
        Math.round((client.expected / workload.windowMs) * 1000).toLocaleString('en'),
        Math.round((client.windowDelivered / client.windowActualMs) * 1000).toLocaleString('en'),
        String(client.lost),
        ...[50, 99].map((percent) => ((percentile(client.latency, percent) ?? Number.NaN) / 1000).toFixed(1)),
        share(coreShare(serverCost, record)),
        share(coreShare(generatorCost, record)),
      ]);
    }
  console.log(`\nSSE fan-out to 1,000 subscribers, 16 B each, one trial per rate`);
  console.log(formatTable(rows));
}

async function commandLine(): Promise<void> {
  const pushlab = fileURLToPath(new URL('../pushlab.mjs', import.meta.url));
  const seconds = (...args: string[]) => {
    const all = Array.from({ length: repeats }, () => {
      const startUs = nowUs();
      execFileSync(process.execPath, [pushlab, ...args], { stdio: 'ignore' });
      return (nowUs() - startUs) / 1e6;
    });
    return `${median(all).toFixed(2)} s  (${all.map((s) => s.toFixed(2)).join(' ')})`;
  };
  console.log(`\npushlab --help  ${seconds('--help')}`);
  if (listRuns().length === 0) {
    console.log('pushlab report  not measured: there is no run in out/');
    return;
  }
  const report = join(latestRun(), fileNames.report);
  console.log(`pushlab report  ${seconds('report')}  ${(statSync(report).size / 1024 / 1024).toFixed(2)} MiB`);
  const opened = await openReport(report);
  console.log(
    typeof opened === 'string'
      ? `opened          not measured: ${opened}`
      : `opened          first chart after ${Math.round(opened.firstChartMs)} ms, all after ${Math.round(opened.allChartsMs)} ms`,
  );
}

/** @throws Error when a trial fails: there is nothing to print without it */
async function measure(arm: SuiteInput['arms'][number]): Promise<OkTrial[]> {
  const directory = mkdtempSync(join(tmpdir(), 'pushlab-limits-'));
  try {
    const suite = suiteSchema.parse({ id: 'limits', title: 'Limits', question: 'How far?', repeats: 1, arms: [arm] });
    const wire = { method: 'estimate', why: 'speed is what counts here' } as const;
    const plan = createPlan(suite, { cores, wire, floor: false, command: 'npm run bench:limits', runId: 'limits' });
    await runPlan(plan, directory, { signal: new AbortController().signal });
    return readTrials(directory).map((record) => {
      if (record.status === 'failed') throw new Error(`${record.trial.id}: ${record.failure.message}`);
      return record;
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** One-way latencies in µs of a bare hop, pinned as the trials are. */
function bareHop(): Promise<number[]> {
  return measureHop(
    { server: { cores: cores.server, enter: [] }, generator: { cores: cores.generator, enter: [] } },
    { rateHz: hopRateHz, updates: hopUpdates },
  );
}

function options(): { repeats: number; rates: number[] } {
  try {
    const { values } = parseArgs({
      options: {
        repeats: { type: 'string', default: '5' },
        rate: { type: 'string', multiple: true, default: ['50', '100', '150'] },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log('npm run bench:limits -- [--repeats 5] [--rate 50 --rate 100 …]   updates/s of the fan-out');
      process.exit(0);
    }
    const [times, ...perS] = [values.repeats, ...values.rate].map(Number);
    if (!Number.isInteger(times) || (times as number) < 1 || perS.some((rate) => !(rate > 0)))
      throw new Error('--repeats must be a whole number from 1 on, and every --rate above 0');
    return { repeats: times as number, rates: perS };
  } catch (error) {
    console.error(`bench:limits: ${(error as Error).message}`);
    process.exit(2);
  }
}

function micros(us: number): string {
  return us.toFixed(0);
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

function share(value: number | null): string {
  return value === null ? 'not measured' : `${Math.round(value * 100)} %`;
}
