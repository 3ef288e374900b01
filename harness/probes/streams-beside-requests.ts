/**
 * What a server answers while it also holds event streams: claim I15, in the shape of its source. 5,000 streams with a
 * message a second each; as many requests as it takes, and 5,000 a second.
 *
 * A stream is updated once a second, all at the same moment; every window is whole seconds, so each has as many of those
 * moments. Theirs were opened anew every 5 to 10 s and their requests read a database; ours stay open and say hello.
 */

import { setTimeout as delay } from 'node:timers/promises';
import hdr from 'hdr-histogram-js';
import { startPublishing } from '../churn.js';
import { readThreads, threadCostBetween } from '../meters/thread-cost.js';
import { methodVersion, type Plan } from '../model.js';
import { serverWorkload, startPair } from '../pair.js';
import { coresIn, placesOf } from '../places.js';
import { type ServerProcess, spawnChurn } from '../processes.js';
import { helloPath } from '../qps/hello-server.js';
import type { Measured, Settings } from '../qps/model.js';
import { runOwnBlock } from '../qps/own.js';
import { findTarget, type Target } from '../qps/target.js';
import { startTimeoutMs } from '../worker.js';
import type { StreamsBesideRequests } from './model.js';
import type { Probe, ProbeContext } from './probe.js';

const subject = 'uws';
const streams = 5000;
const rateHz = 5000;
const updatesPerS = 1;
const payloadBytes = 128;
const repeats = 3;
const aloneS = 2;
const openTimeoutMs = 60_000;

const settings: Settings = {
  connections: 64,
  modes: ['keep-alive'],
  durationS: 2,
  warmupS: 0.3,
  repeats,
  pipeline: 1,
  rateHz,
  threads: 1,
  timeoutMs: 10_000,
  preset: null,
  engine: 'libuv',
  documentedSockets: false,
};

type Block = StreamsBesideRequests['blocks'][number];
type Holder = ReturnType<typeof spawnChurn>;

export const streamsBesideRequests: Probe<'streams-beside-requests'> = {
  id: 'streams-beside-requests',
  expectedMs: (thinned) => (thinned ? null : 42_000),
  async measure(context) {
    const { plan, abort } = context;
    const pair = await startPair({
      subject,
      workload: serverWorkload({ id: 'streams', title: 'Streams beside requests', rateHz: updatesPerS, payloadBytes }),
      places: placesOf(plan, null),
      spawn: (port, place) =>
        spawnChurn({ transport: 'sse', host: '127.0.0.1', port, connections: streams, payloadBytes }, place),
      abort,
    });
    const { server, client: holder, sooner, close } = pair;
    try {
      await sooner(holder.next('loaded', startTimeoutMs));
      startPublishing(server.worker);
      const target = await findTarget(`http://127.0.0.1:${server.port}${helloPath}`);
      return { ...head(plan), ...(await rounds({ ...context, server, holder, target, sooner })) };
    } finally {
      await close();
    }
  },
};

function head({ runId }: Plan): Omit<StreamsBesideRequests, 'blocks' | 'alone'> {
  return { methodVersion, runId, subject, streams, updatesPerS, payloadBytes, settings };
}

interface Round extends ProbeContext {
  readonly server: ServerProcess;
  readonly holder: Holder;
  readonly target: Target;
  sooner<T>(wait: Promise<T>): Promise<T>;
}

/** With streams and without, the other way round in every other repeat. */
async function rounds(round: Round): Promise<Pick<StreamsBesideRequests, 'blocks' | 'alone'>> {
  const blocks: Block[] = [];
  const alone: StreamsBesideRequests['alone'] = [];
  const { holder, sooner, say } = round;
  for (let repetition = 0; repetition < repeats; repetition++) {
    for (const held of repetition % 2 === 0 ? [0, streams] : [streams, 0]) {
      if (held > 0) {
        holder.send({ type: 'open' });
        await sooner(holder.next('received', openTimeoutMs));
        alone.push({ repetition, ...(await streamsAlone(round)) });
      }
      for (const rate of [null, rateHz]) blocks.push(await oneBlock(round, repetition, held, rate));
      if (held > 0) {
        holder.send({ type: 'vanish', how: 'fin' });
        await sooner(holder.next('vanished', openTimeoutMs));
      }
    }
    say(`repeat ${repetition + 1}: ${blocks.slice(-4).map(describe).join('; ')}`);
  }
  return { blocks, alone };
}

async function streamsAlone({ server, sooner }: Round) {
  const before = readThreads([server.pid]);
  await sooner(delay(aloneS * 1000));
  const after = readThreads([server.pid]);
  const elapsedS = before === null || after === null ? aloneS : (after.atUs - before.atUs) / 1e6;
  const { cpuUs } = threadCostBetween(before, after);
  return { elapsedS, updates: Math.round(streams * updatesPerS * elapsedS), serverCpuUs: cpuUs };
}

async function oneBlock(
  { plan, server, holder, target, signal, abort }: Round,
  repetition: number,
  held: number,
  rate: number | null,
): Promise<Block> {
  signal.throwIfAborted();
  const startedAt = new Date().toISOString();
  const before = readThreads([holder.pid]);
  const measured = await runOwnBlock(target, 'keep-alive', {
    settings: { ...settings, rateHz: rate },
    generatorCores: plan.generatorCores,
    serverPids: [server.pid],
    watchedCores: [...coresIn(plan.serverCores), ...coresIn(plan.generatorCores)],
    besidePids: [holder.pid],
    signal,
    abort,
  });
  const { busiest } = threadCostBetween(before, readThreads([holder.pid]));
  return { repetition, streams: held, rateHz: rate, startedAt, measured, p95Us: p95(measured), holderShare: busiest };
}

function p95({ histogram }: Measured): number | null {
  if (histogram === null || histogram.count === 0) return null;
  return hdr.decodeFromCompressedBase64(histogram.encoded).getValueAtPercentile(95);
}

function describe({ streams: held, measured, p95Us }: Block): string {
  return `${held} streams ${Math.round(measured.requestsPerS).toLocaleString('en')}/s, p95 ${p95Us === null ? 'unknown' : `${(p95Us / 1000).toFixed(1)} ms`}`;
}
