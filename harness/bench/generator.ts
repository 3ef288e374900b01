/**
 * npm run bench:generator: what our load generators cost per request and per update, beside others on the same server.
 *
 * 1. Requests: `pushlab qps` beside wrk and autocannon, keep-alive at 64 and 360 connections and with a connection per
 *    request. Everything found is in one table; the ratios to wrk and autocannon are what counts.
 * 2. Updates: the raw SSE and WebSocket clients at 1,000 subscribers beside `ws`, `eventsource` and a loop that reads and
 *    throws away.
 *
 * What can fool it: a machine that does something else at the time, so look at ratios, which are taken repeat by repeat;
 * a server at its limit, because a generator that waits sleeps and wakes more often per request; and that other tools
 * are counted from their start to their end, ours in its window. wrk starts in milliseconds, autocannon in some 200.
 */
import { parseArgs } from 'node:util';
import { formatTable } from '../columns.js';
import { qpsDefaults } from '../defaults.js';
import { chooseCores } from '../meters/environment.js';
import { coresIn } from '../places.js';
import { findTool } from '../qps/foreign.js';
import { helloPath, startHelloServer } from '../qps/hello-server.js';
import { type Block, ownGenerator, type Row, type Settings } from '../qps/model.js';
import { sumUp } from '../qps/rows.js';
import { planBlocks, runBlocks } from '../qps/run.js';
import { findTarget } from '../qps/target.js';
import { tools } from '../qps/tools/index.js';
import { median, medianInterval } from '../stats.js';
import {
  type Arrivals,
  arrivals,
  measurePush,
  type PushBlock,
  type ReceiverKind,
  subscribers,
  type Transport,
} from './push-blocks.js';

/** What the raw clients are set against. */
const receivers: readonly [Transport, ReceiverKind][] = [
  ['sse', 'pushlab'],
  ['sse', 'pushlab-libuv'],
  ['sse', 'bare'],
  ['sse', 'eventsource'],
  ['websocket', 'pushlab'],
  ['websocket', 'pushlab-libuv'],
  ['websocket', 'bare'],
  ['websocket', 'ws'],
];

const { repeats, pushRepeats, durationS } = options();
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

async function updates(): Promise<void> {
  const arms = (Object.keys(arrivals) as Arrivals[]).flatMap((arriving) =>
    receivers
      // Sockets count where each update is a read of its own.
      .filter(([, kind]) => arriving === 'one by one' || kind !== 'pushlab-libuv')
      .map(([transport, kind]) => ({ arriving, transport, kind, blocks: [] as PushBlock[] })),
  );
  for (let repeat = 0; repeat < pushRepeats; repeat++)
    for (const arm of repeat % 2 === 0 ? arms : [...arms].reverse())
      arm.blocks.push(await measurePush(arm.kind, arm.transport, arm.arriving, cores));
  console.log(`\nupdates: ${subscribers} subscribers, × ${pushRepeats}, mirrored; medians`);
  console.log(
    formatTable([
      [
        'arrive',
        'transport',
        'receiver',
        'deliveries/s',
        'per generator CPU s',
        'of a core',
        'ours ÷ it',
        '[low–high]',
      ],
      ...arms.map(({ arriving, transport, kind, blocks }) => {
        const own = arms.find(
          (arm) => arm.arriving === arriving && arm.transport === transport && arm.kind === 'pushlab',
        );
        const ratios = blocks.map(
          (block, i) => (own?.blocks[i] as PushBlock).deliveriesPerCpuS / block.deliveriesPerCpuS,
        );
        const { low, high } = medianInterval(ratios);
        const of = (pick: (block: PushBlock) => number): number => median(blocks.map(pick));
        return [
          arriving,
          transport,
          kind,
          Math.round(of((block) => block.deliveriesPerS)).toLocaleString('en'),
          Math.round(of((block) => block.deliveriesPerCpuS)).toLocaleString('en'),
          `${Math.round(of((block) => block.share) * 100)} %`,
          kind === 'pushlab' ? '' : median(ratios).toFixed(2),
          kind === 'pushlab' ? '' : `[${low.toFixed(2)}–${high.toFixed(2)}]`,
        ];
      }),
    ]),
  );
}

function options(): { repeats: number; pushRepeats: number; durationS: number } {
  try {
    const { values } = parseArgs({
      options: {
        repeats: { type: 'string', default: '5' },
        'push-repeats': { type: 'string', default: '2' },
        duration: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log('npm run bench:generator -- [--repeats 5] [--push-repeats 2] [--duration 1]   0 repeats: left out');
      process.exit(0);
    }
    const [requestRepeats, updateRepeats, seconds] = [values.repeats, values['push-repeats'], values.duration].map(
      Number,
    );
    if (
      ![requestRepeats, updateRepeats].every((n) => Number.isInteger(n) && (n as number) >= 0) ||
      !((seconds as number) > 0)
    )
      throw new Error('--repeats and --push-repeats must be whole numbers, and --duration above 0');
    return { repeats: requestRepeats as number, pushRepeats: updateRepeats as number, durationS: seconds as number };
  } catch (error) {
    console.error(`bench:generator: ${(error as Error).message}`);
    process.exit(2);
  }
}
