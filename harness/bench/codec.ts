/**
 * npm run bench:codec: what it costs to encode and to parse one update, own codec against a well-kept library
 * on the same bytes (codec-cases.ts). Reports show the result beside a run.
 *
 * What can fool it, and what is done:
 * - Dead code: every call's result is compared with what it must be, so nothing can be left out.
 * - The JIT: tinybench warms up first; a case may still meet a function that another case has made polymorphic,
 *   as in a client that runs several transports.
 * - Garbage collection: the median of calls leaves most collections out. That favours what allocates more, here
 *   the libraries.
 * - Batch size: a call is 100 updates, far above the clock's resolution. All in one read is the best case for a
 *   parser; one per read is what a subscriber sees when updates are rare.
 * - The machine: whatever else runs. All cases take turns in five rounds; the figure is the median of the rounds,
 *   the margin half their range. Another process may differ by more: look at ratios before nanoseconds.
 *
 * It says what a codec costs alone; in a run, system calls cost far more. Libraries do more than ours:
 * eventsource-parser takes decoded text, JSON.parse builds strings, ws copies. A ratio says what using them would
 * cost here. It is not a race of equals.
 */
import { parseArgs } from 'node:util';
import { Bench } from 'tinybench';
import { wallClockMs } from '../../contract/clock.js';
import { formatTable } from '../columns.js';
import { defaultOutDirectory, displayPath, writeCodecBench } from '../files.js';
import type { CodecBench } from '../model.js';
import { median } from '../stats.js';
import { batch, type CodecCase, codecCases, expectedSum, ownName, payloadBytes } from './codec-cases.js';

/** Odd, so that the median of rounds is one of them. */
const rounds = 5;

const { timeMs, outDirectory } = options();
const cases = codecCases();
const tasks = cases.map(checkedRun);
/** Per case: the median call of each round, in ns per update. */
const nsByCase: number[][] = cases.map(() => []);
for (let round = 0; round < rounds; round++) await measureRound();

const result: CodecBench = {
  createdAt: new Date(wallClockMs()).toISOString(),
  node: process.versions.node,
  rows: cases.map(({ codec, operation, implementation }, i) => {
    const ns = nsByCase[i] as number[];
    const nsPerUpdate = median(ns);
    const marginPercent = ((Math.max(...ns) - Math.min(...ns)) / 2 / nsPerUpdate) * 100;
    return { codec, operation, implementation, nsPerUpdate, marginPercent };
  }),
};
print(result);
console.log(`\nwritten: ${displayPath(writeCodecBench(result, outDirectory))}`);

async function measureRound(): Promise<void> {
  const bench = new Bench({ time: timeMs / rounds, warmupTime: timeMs / rounds / 4 });
  cases.forEach((one, i) => {
    bench.add(nameOf(one), tasks[i] as () => void);
  });
  await bench.run();
  cases.forEach((one, i) => {
    const measured = bench.getTask(nameOf(one))?.result;
    if (measured?.state === 'errored') throw measured.error;
    if (measured?.state !== 'completed') throw new Error(`${nameOf(one)} was not measured: ${measured?.state}`);
    nsByCase[i]?.push((measured.latency.p50 * 1e6) / batch);
  });
}

/** The case as a task that throws when a result is not what it must be. */
function checkedRun(one: CodecCase): () => void {
  if (one.operation === 'parse')
    return () => {
      if (one.parse() !== expectedSum) throw new Error(`${nameOf(one)}: other updates than were encoded`);
    };
  const own = cases.find(
    (other) => other.operation === 'encode' && other.codec === one.codec && other.implementation === ownName,
  );
  if (own?.operation !== 'encode') throw new Error(`${nameOf(one)}: nothing of our own to compare with`);
  const expected = own.encode();
  if (!expected.equals(one.encode())) throw new Error(`${nameOf(one)}: other bytes than ${ownName}'s`);
  const last = expected.length - 1;
  return () => {
    const made = one.encode();
    if (made.length !== expected.length || made[last] !== expected[last])
      throw new Error(`${nameOf(one)}: other bytes`);
  };
}

function nameOf({ codec, operation, implementation }: CodecCase): string {
  return `${codec} ${operation} ${implementation}`;
}

function print({ rows }: CodecBench): void {
  type Row = CodecBench['rows'][number];
  const ratio = (row: Row): string => {
    if (row.implementation === ownName) return '';
    const own = rows.find(
      ({ codec, operation, implementation }) =>
        codec === row.codec && operation === row.operation && implementation === ownName,
    );
    return own === undefined ? '' : `${(row.nsPerUpdate / own.nsPerUpdate).toFixed(2)}×`;
  };
  console.log(
    `${batch} updates of ${payloadBytes} B per call; median of calls, then of ${rounds} rounds; ± half the range of rounds`,
  );
  console.log(
    formatTable([
      ['codec', 'operation', 'implementation', 'ns/update', '± %', `to ${ownName}`],
      ...rows.map((row) => [
        row.codec,
        row.operation,
        row.implementation,
        row.nsPerUpdate.toFixed(0),
        row.marginPercent.toFixed(1),
        ratio(row),
      ]),
    ]),
  );
}

function options(): { timeMs: number; outDirectory: string } {
  try {
    const { values } = parseArgs({
      options: {
        time: { type: 'string', default: '500' },
        out: { type: 'string', default: defaultOutDirectory },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log('npm run bench:codec -- [--time 500] [--out out]   ms per case; where codec.json goes');
      process.exit(0);
    }
    const timeMs = Number(values.time);
    if (!(timeMs >= 1 && timeMs <= 60_000)) throw new Error(`--time ${values.time}: must be from 1 to 60000 ms`);
    return { timeMs, outDirectory: values.out };
  } catch (error) {
    console.error(`bench:codec: ${(error as Error).message}`);
    process.exit(2);
  }
}
