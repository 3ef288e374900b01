/**
 * What it takes to say something to the server: on the WebSocket that updates come by, and by POST beside an event stream.
 *
 * Nothing is published meanwhile, so that every byte and all CPU time is the messages'. Ways and subjects take turns, and
 * each block has fresh processes: what one warmed up is not the next one's.
 */
import { nowUs } from '../../contract/clock.js';
import { type UpstreamWay, upstreamWays } from '../../contract/messages.js';
import { readCost } from '../meters/process-cost.js';
import { methodVersion } from '../model.js';
import { serverWorkload, startPair } from '../pair.js';
import { type Place, type Places, placesOf } from '../places.js';
import { spawnUpstream } from '../processes.js';
import { quantile } from '../stats.js';
import { startTimeoutMs } from '../worker.js';
import type { Upstream, UpstreamRow } from './article-model.js';
import { type Probe, subjectsOf } from './probe.js';

const payloadBytes = 128;
const counted = 600;
/** Cold code is several times slower; by then most of both ends is compiled. */
const warmUp = 300;
const sendTimeoutMs = 60_000;

const workload = serverWorkload({ id: 'upstream', title: 'messages to the server', payloadBytes });

const repeats = 3;

export const upstream: Probe<'upstream'> = {
  id: 'upstream',
  // Of each block most is its processes' start.
  expectedMs: (thinned) => subjectsOf(thinned).length * upstreamWays.length * repeats * 1_000,
  async measure({ plan, abort }) {
    const subjects = subjectsOf(plan.thinned);
    const measured = await measureUpstream({ subjects, repeats, places: placesOf(plan, null), abort });
    return { methodVersion, runId: plan.runId, ...measured };
  },
};

interface UpstreamOptions {
  readonly subjects: readonly string[];
  readonly repeats: number;
  readonly places: Places;
  /** Rejects when the run is to end. */
  readonly abort?: Promise<never>;
  /** Of a block; a test takes fewer. */
  readonly messages?: { readonly warmUp: number; readonly counted: number };
}

/** @throws WorkerFailure when a process dies or says nothing; nothing is left running then */
export async function measureUpstream(options: UpstreamOptions): Promise<Omit<Upstream, 'methodVersion' | 'runId'>> {
  const startedUs = nowUs();
  const blocks = options.subjects.flatMap((subject) => upstreamWays.map((way) => ({ subject, way })));
  const rows: UpstreamRow[] = [];
  for (let repetition = 0; repetition < options.repeats; repetition++)
    for (const { subject, way } of repetition % 2 === 0 ? blocks : [...blocks].reverse())
      rows.push(await measureBlock(subject, way, repetition, options));
  return { payloadBytes, rows, elapsedMs: Math.round((nowUs() - startedUs) / 1000) };
}

async function measureBlock(
  subject: string,
  way: UpstreamWay,
  repetition: number,
  { places, abort, messages = { warmUp, counted } }: UpstreamOptions,
): Promise<UpstreamRow> {
  const spawn = (port: number, place: Place) => spawnUpstream({ way, host: '127.0.0.1', port, payloadBytes }, place);
  const { server, client, sooner, close } = await startPair({ subject, workload, places, spawn, abort });
  try {
    await sooner(client.next('open', startTimeoutMs));
    const send = async (count: number) => {
      client.send({ type: 'send', messages: count });
      return (await sooner(client.next('sent', sendTimeoutMs))).report;
    };
    await send(messages.warmUp);
    const before = readCost(server.pid);
    const report = await send(messages.counted);
    const after = readCost(server.pid);
    client.disconnect();
    await client.gone();
    server.worker.send({ type: 'stop' });
    const { report: served } = await server.worker.next('report', startTimeoutMs);
    const each = (total: number) => round(total / messages.counted);
    return {
      subject,
      way,
      repetition,
      messages: messages.counted,
      roundTripP50Us: round(quantile(report.roundTripUs, 0.5)),
      roundTripP99Us: round(quantile(report.roundTripUs, 0.99)),
      upBytesPerMessage: each(report.upBytes),
      downBytesPerMessage: each(report.downBytes),
      connections: way === 'post-per-connection' ? 2 : report.connections,
      accepted: served.connections,
      serverCpuUsPerMessage: before === null || after === null ? null : each((after.onCpuNs - before.onCpuNs) / 1000),
    };
  } finally {
    await close();
  }
}

/** A tenth of the unit: finer than any of these repeats. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
