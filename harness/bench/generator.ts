/**
 * npm run bench:generator: what our load generators cost per request and per update, beside others on the same server.
 *
 * 1. Requests: `pushlab qps` beside wrk and autocannon, keep-alive at 64 and 360 connections and with a connection per
 *    request. Everything found is in one table; the ratios to wrk and autocannon are what counts.
 * 2. Updates: the raw SSE and WebSocket clients at 1,000 subscribers beside `ws`, `eventsource` and a loop that reads and
 *    throws away, over the same sockets.
 *
 * What can fool it: a machine that does something else at the time, so look at ratios, which are taken repeat by repeat;
 * a server at its limit, because a generator that waits sleeps and wakes more often per request; and that other tools
 * are counted from their start to their end, ours in its window. wrk starts in milliseconds, autocannon in some 200.
 */
import { parseArgs } from 'node:util';
import { ownGenerator } from '../../contract/qps.js';
import { formatTable } from '../columns.js';
import { qpsDefaults } from '../defaults.js';
import { chooseCores } from '../meters/environment.js';
import { coresIn } from '../places.js';
import { findTool } from '../qps/foreign.js';
import { helloPath, startHelloServer } from '../qps/hello-server.js';
import type { Block, Row, Settings } from '../qps/model.js';
import { sumUp } from '../qps/rows.js';
import { planBlocks, runBlocks } from '../qps/run.js';
import { findTarget } from '../qps/target.js';
import { tools } from '../qps/tools/index.js';
import { median, medianInterval } from '../stats.js';
import {
  type Arrivals,
  allArrivals,
  measurePush,
  type OwnKind,
  type PushBlock,
  type ReceiverKind,
  subscribers,
  type Transport,
} from './push-blocks.js';

interface Receiver {
  readonly transport: Transport;
  readonly kind: ReceiverKind;
  /** Which of ours it is set against; null: it is what others are set against. */
  readonly against: OwnKind | null;
}

const receivers: readonly Receiver[] = (['sse', 'websocket'] as const).flatMap((transport) => [
  { transport, kind: 'pushlab', against: null },
  { transport, kind: 'bare', against: 'pushlab' },
  { transport, kind: transport === 'sse' ? 'eventsource' : 'ws', against: 'pushlab' },
  { transport, kind: 'pushlab-libuv', against: null },
  { transport, kind: 'bare-libuv', against: 'pushlab-libuv' },
]);
/** How sockets are read counts where each update is a read of its own. */
const bothSockets: Arrivals = 'one by one';

const { repeats, pushRepeats, durationS, arriving } = options();
const cores = chooseCores();
if (cores.whyNot !== null) console.log(`not pinned: ${cores.whyNot}`);
const never = new AbortController().signal;
if (repeats > 0) await requests();
if (pushRepeats > 0) await updates();

async function requests(): Promise<void> {
  const server = await startHelloServer('uws', cores.server);
  try {
    const target = await findTarget(`http://127.0.0.1:${server.port}${helloPath}`);
    const found = (
      await Promise.all(
        tools.filter(({ id }) => id === 'wrk' || id === 'autocannon').map((tool) => findTool(tool, never)),
      )
    ).filter((tool) => tool !== null);
    const rows: Row[] = [];
    for (const [mode, connections] of [
      ['keep-alive', 64],
      ['keep-alive', 360],
      ['close', 64],
    ] as const) {
      const settings: Settings = {
        ...qpsDefaults,
        connections,
        modes: [mode],
        durationS,
        repeats,
        pipeline: 1,
        rateHz: null,
        preset: null,
        engine: 'auto',
        documentedSockets: false,
      };
      const able = found.filter(({ tool }) => tool.unable({ ...settings, url: target.url, mode }) === null);
      const blocks: Block[] = [];
      await runBlocks(
        planBlocks([ownGenerator, ...able.map(({ tool }) => tool.id)], settings),
        target,
        able,
        {
          settings,
          generatorCores: cores.generator,
          serverPids: [server.pid],
          watchedCores: [...coresIn(cores.server), ...coresIn(cores.generator)],
          besidePids: [],
          signal: never,
          abort: new Promise(() => {}),
        },
        (block) => blocks.push(block),
      );
      rows.push(...sumUp(blocks, 'closed'));
    }
    printRequests(rows);
  } finally {
    await server.stop();
  }
}

function printRequests(rows: readonly Row[]): void {
  console.log(`\nrequests: ${durationS} s × ${repeats}, mirrored; medians`);
  const count = (value: number | undefined): string =>
    value === undefined ? 'failed' : Math.round(value).toLocaleString('en');
  console.log(
    formatTable([
      ['', 'mode', 'connections', 'requests/s', 'per generator CPU s', 'ours ÷ it', '[low–high]', 'limit'],
      ...rows.map((row) => [
        row.generator,
        row.mode,
        String(row.connections),
        count(row.requestsPerS?.median),
        count(row.requestsPerGeneratorCpuS?.median),
        row.toOwn === null ? '' : row.toOwn.median.toFixed(2),
        row.toOwn === null ? '' : `[${row.toOwn.low.toFixed(2)}–${row.toOwn.high.toFixed(2)}]`,
        row.limit,
      ]),
    ]),
  );
  for (const { generator, mode, failures } of rows)
    for (const failure of failures) console.log(`${generator}, ${mode}: ${failure}`);
}

interface Arm extends Receiver {
  readonly arrive: Arrivals;
  readonly blocks: PushBlock[];
}

async function updates(): Promise<void> {
  const arms: Arm[] = arriving.flatMap((arrive) =>
    receivers
      .filter(({ kind }) => arrive === bothSockets || !kind.endsWith('-libuv'))
      .map((receiver) => ({ ...receiver, arrive, blocks: [] })),
  );
  for (let repeat = 0; repeat < pushRepeats; repeat++)
    for (const arm of repeat % 2 === 0 ? arms : [...arms].reverse())
      arm.blocks.push(await measurePush(arm.kind, arm.transport, arm.arrive, cores));
  console.log(`\nupdates: ${subscribers} subscribers, × ${pushRepeats}, mirrored; medians`);
  const header = ['arrive', 'transport', 'receiver', 'deliveries/s', 'per generator CPU s', 'µs each', 'of a core'];
  console.log(
    formatTable([
      [...header, 'ours ÷ it', '[low–high]'],
      ...arms.map((arm) => {
        const of = (pick: (block: PushBlock) => number): number => median(arm.blocks.map(pick));
        const perCpuS = of((block) => block.deliveriesPerCpuS);
        return [
          arm.arrive,
          arm.transport,
          arm.kind,
          Math.round(of((block) => block.deliveriesPerS)).toLocaleString('en'),
          Math.round(perCpuS).toLocaleString('en'),
          (1e6 / perCpuS).toFixed(2),
          `${Math.round(of((block) => block.share) * 100)} %`,
          ...oursToIt(arm, arms),
        ];
      }),
    ]),
  );
  console.log(
    'bare reads and throws away; bare-libuv is set against pushlab-libuv, bare against pushlab: the same sockets',
  );
}

function oursToIt({ arrive, transport, against, blocks }: Arm, arms: readonly Arm[]): [string, string] {
  const own = arms.find((arm) => arm.arrive === arrive && arm.transport === transport && arm.kind === against);
  if (own === undefined) return ['', ''];
  const ratios = blocks.map((block, i) => (own.blocks[i] as PushBlock).deliveriesPerCpuS / block.deliveriesPerCpuS);
  const { low, high } = medianInterval(ratios);
  return [median(ratios).toFixed(2), `[${low.toFixed(2)}–${high.toFixed(2)}]`];
}

interface Options {
  readonly repeats: number;
  readonly pushRepeats: number;
  readonly durationS: number;
  readonly arriving: readonly Arrivals[];
}

const help = `npm run bench:generator -- [options]

  --repeats <n>       of each block of requests (5); 0 leaves them out
  --push-repeats <n>  of each block of updates (2); 0 leaves them out
  --duration <s>      of a block of requests (1)
  --arrive <way>      ${allArrivals.map((way) => `"${way}"`).join(', ')}; again for another
                      (the first and the last)`;

function options(): Options {
  try {
    const { values } = parseArgs({
      options: {
        repeats: { type: 'string', default: '5' },
        'push-repeats': { type: 'string', default: '2' },
        duration: { type: 'string', default: '1' },
        arrive: { type: 'string', multiple: true, default: ['one by one', 'fifty at a time'] },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(help);
      process.exit(0);
    }
    const durationS = Number(values.duration);
    if (!(durationS > 0)) throw new Error(`--duration ${values.duration}: must be above 0`);
    return {
      repeats: countOf('--repeats', values.repeats),
      pushRepeats: countOf('--push-repeats', values['push-repeats']),
      durationS,
      arriving: values.arrive.map(arrivalsOf),
    };
  } catch (error) {
    console.error(`bench:generator: ${(error as Error).message}`);
    process.exit(2);
  }
}

function countOf(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw new Error(`${option} ${text}: must be a whole number`);
  return count;
}

function arrivalsOf(text: string): Arrivals {
  const way = allArrivals.find((one) => one === text);
  if (way === undefined) throw new Error(`--arrive ${text}: there is ${allArrivals.join(', ')}`);
  return way;
}
