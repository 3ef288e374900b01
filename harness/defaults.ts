/** Every default of the lab, in one place. Options override these once, in `plan`; nothing later reads an option. */

/** Any number does; this one is printed with every run, and `--seed` replaces it. */
export const defaultSeed = 20_261_124;

/**
 * A connection whose unsent bytes pass this is closed: 1 MiB is some 8,000 updates of 128 B, far more than
 * a subscriber that reads at all leaves unread, and little beside what the kernel buffers anyway.
 */
export const defaultMaxBufferedBytes = 1024 * 1024;

/** What --quick makes of a suite's repeats: the fewest that allow a verdict. */
export const quickRepeats = 3;

/** Deliveries kept one by one per trial: enough for a scatter plot, small enough to read. */
export const defaultMaxSamples = 2000;

/** Bars of the deliveries-over-time chart. */
export const defaultBins = 50;

/** What a trial costs beside its window: two processes started, connections opened, reports written. */
export const trialOverheadMs = 460;
/** The same with a browser: started, five pages opened and their clocks compared twice, a late page waited for. */
export const browserTrialOverheadMs = 2_200;

/**
 * Two runs that differ by less are tied, in percent. Two runs of the very same plan, made for this, differed by up to
 * 0.4 % in useless polls and what follows from them, with an interval that excluded zero: the poll timers' doing.
 */
export const defaultMinEffectPercent = 1;

/** `selftest aa`: six repeats are the fewest that allow 95 %, and twenty experiments expect one error in each figure. */
export const defaultAaExperiments = 20;
export const defaultAaRepeats = 6;

/** Beside that of `serve`, so that both can run. */
export const defaultViewPort = 8081;

export const serveDefaults = { host: '127.0.0.1', port: 8080, rateHz: 10, payloadBytes: 128 } as const;

/**
 * A QPS measurement. 64 connections keep a core busy without queueing for longer than a thread is scheduled; five
 * repeats are what an interval needs. A request that takes 10 s has failed for whoever waits for it.
 */
export const qpsDefaults = {
  connections: 64,
  durationS: 5,
  warmupS: 1,
  repeats: 5,
  threads: 1,
  timeoutMs: 10_000,
} as const;

/** As the article calls wrk: `wrk -c360 -d60s`, with wrk's own default of two threads. */
export const articlePreset = { connections: 360, durationS: 60, threads: 2 } as const;
