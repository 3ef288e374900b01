/**
 * The article's own handlers on real servers: its performance loop to the end, with the summary that it prints, beside
 * what really arrived; and the first seconds of its other streams.
 *
 * Subjects take turns, so that a machine that gets busier gets busier for each. The loop runs alone: its own timers are
 * what it measures. The other streams mostly sleep, and are read from all subjects at once.
 */
import { nowUs } from '../../contract/clock.js';
import type { FromReader, StreamReading, ToReader } from '../../contract/control.js';
import { methodVersion } from '../model.js';
import { type Pair, serverWorkload, startPair } from '../pair.js';
import { type Place, type Places, placesOf } from '../places.js';
import { spawnReader } from '../processes.js';
import { quantile } from '../stats.js';
import { startTimeoutMs } from '../worker.js';
import type { ArticleFeedRow, ArticleLoop, ArticleLoopRow } from './article-model.js';
import { type Probe, subjectsOf } from './probe.js';

const loopPath = '/article/performance';
/** What else the article's server offers, and for how long it is read: a few events of each, not its minute of sleeps. */
const feeds = [
  { path: '/article/basic', forMs: 2_200 },
  { path: '/article/monitoring', forMs: 2_200 },
  { path: '/article/advanced', forMs: 2_200 },
] as const;
/** The loop takes a second and as much as its timers oversleep. */
const loopTimeoutMs = 20_000;
const summaryType = 'summary';

/** No update is published: the source is never started. */
const workload = serverWorkload({ id: 'article', title: 'the article’s handlers' });

/** Three of each: as many as a verdict takes elsewhere. */
const repeats = 3;

export const articleLoop: Probe<'article-loop'> = {
  id: 'article-loop',
  // A second and a quarter each, then three streams of 2.2 s; and processes to start.
  expectedMs: (thinned) => subjectsOf(thinned).length * (repeats * 1_300 + 500) + 3 * 2_200 + 1_000,
  async measure({ plan, abort }) {
    const subjects = subjectsOf(plan.thinned);
    const measured = await measureArticleLoop({ subjects, repeats, places: placesOf(plan, null), abort });
    return { methodVersion, runId: plan.runId, ...measured };
  },
};

interface ArticleLoopOptions {
  readonly subjects: readonly string[];
  readonly repeats: number;
  readonly places: Places;
  /** Rejects when the run is to end. */
  readonly abort?: Promise<never>;
}

/** @throws WorkerFailure when a server or a reader dies or says nothing; nothing is left running then */
export async function measureArticleLoop(
  options: ArticleLoopOptions,
): Promise<Omit<ArticleLoop, 'methodVersion' | 'runId'>> {
  const { subjects, repeats, places, abort } = options;
  const startedUs = nowUs();
  const ends: ArticleServer[] = [];
  const spawn = (port: number, place: Place) => spawnReader({ host: '127.0.0.1', port }, place);
  try {
    for (const subject of subjects) {
      const end = await startPair({ subject, workload, places, spawn, abort });
      ends.push(end);
      await end.sooner(end.client.next('loaded', startTimeoutMs));
    }
    const loops: ArticleLoopRow[] = [];
    for (let repetition = 0; repetition < repeats; repetition++)
      for (const end of repetition % 2 === 0 ? ends : [...ends].reverse())
        loops.push(loopRow(end.subject, repetition, await read(end, loopPath, null)));
    const others = await Promise.all(ends.map((end) => readFeeds(end)));
    return { loops, feeds: others.flat(), elapsedMs: Math.round((nowUs() - startedUs) / 1000) };
  } finally {
    await Promise.all(ends.map((end) => end.close()));
  }
}

async function readFeeds(end: ArticleServer): Promise<ArticleFeedRow[]> {
  const rows: ArticleFeedRow[] = [];
  for (const { path, forMs } of feeds) {
    const fromUs = nowUs();
    const reading = await read(end, path, forMs);
    rows.push(feedRow(end.subject, path, (nowUs() - fromUs) / 1000, reading));
  }
  return rows;
}

/** A subject and the one who reads from it. */
type ArticleServer = Pair<ToReader, FromReader>;

async function read({ client, sooner }: ArticleServer, path: string, forMs: number | null): Promise<StreamReading> {
  client.send({ type: 'read', path, forMs });
  return (await sooner(client.next('reading', loopTimeoutMs + (forMs ?? 0)))).reading;
}

/** What one reading of the loop says. */
export function loopRow(subject: string, repetition: number, reading: StreamReading): ArticleLoopRow {
  const events = reading.events.filter(([, type]) => type !== summaryType);
  const times = events.map(([atUs]) => atUs);
  const gaps = gapsOf(times);
  const spanUs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return {
    subject,
    repetition,
    events: events.length,
    firstToLastMs: round(spanUs / 1000),
    receivedPerS: gaps.length === 0 || spanUs === 0 ? null : round((gaps.length / spanUs) * 1e6),
    gaps:
      gaps.length === 0
        ? null
        : { p50Us: round(quantile(gaps, 0.5)), p99Us: round(quantile(gaps, 0.99)), maxUs: round(Math.max(...gaps)) },
    downBytes: reading.downBytes,
    dataBytes: dataBytes(events),
    summary: reading.events.at(-1)?.[1] === summaryType ? JSON.parse(reading.lastData) : null,
  };
}

export function feedRow(subject: string, path: string, readMs: number, reading: StreamReading): ArticleFeedRow {
  const { events, ended, retryMs, downBytes } = reading;
  const types = new Map<string, number>();
  for (const [, type] of events) types.set(type, (types.get(type) ?? 0) + 1);
  const gaps = gapsOf(events.map(([atUs]) => atUs));
  return {
    subject,
    path,
    readMs: round(readMs),
    ended,
    events: events.length,
    types: [...types].map(([type, count]) => ({ type, count })),
    ids: [...new Set(events.map(([, , id]) => id).filter((id) => id !== ''))],
    retryMs,
    gapP50Us: gaps.length === 0 ? null : round(quantile(gaps, 0.5)),
    downBytes,
    dataBytes: dataBytes(events),
  };
}

function gapsOf(times: readonly number[]): number[] {
  return times.slice(1).map((at, i) => at - (times[i] as number));
}

function dataBytes(events: StreamReading['events']): number {
  return events.reduce((sum, [, , , bytes]) => sum + bytes, 0);
}

/** Finer than the clock's own step is of no use. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
