/** The figures that an arm can have, and what is known of each whatever its value. */
import { z } from 'zod';

/** What can be said of an arm from its repeats. All times in µs, all bytes per delivered update. */
export const metricIds = [
  'latencyP50Us',
  'latencyP90Us',
  'latencyP99Us',
  'latencyMaxUs',
  'latencyMeanUs',
  'serviceLatencyP50Us',
  'serviceLatencyP90Us',
  'serviceLatencyP99Us',
  'serviceLatencyMaxUs',
  'serviceLatencyMeanUs',
  'slipP50Us',
  'handoverP50Us',
  'handoverP99Us',
  'handoverMeanUs',
  'responseTimeMeanUs',
  'stalenessMeanUs',
  'stalenessP50Us',
  'stalenessP95Us',
  'offeredPerS',
  'achievedPerS',
  'goodputPerS',
  'deliveredShare',
  'lostShare',
  'supersededShare',
  'downPayloadBytesPerUpdate',
  'downRepeatedBytesPerUpdate',
  'downFramingBytesPerUpdate',
  'downHeadBytesPerUpdate',
  'upPayloadBytesPerUpdate',
  'upFramingBytesPerUpdate',
  'upHeadBytesPerUpdate',
  'bytesPerUpdate',
  'wireDownBytesPerUpdate',
  'wireUpBytesPerUpdate',
  'wirePacketsPerUpdate',
  'setupBytes',
  'requestsPerUpdate',
  'uselessPollShare',
  'downPayloadShare',
  'duplicateShare',
  'resumeP50Us',
  'resumeMaxUs',
  'resumedShare',
  'streamsBegunPerSubscriber',
  'streamsOpenPerSubscriber',
  'proxyConnectionsPerSubscriber',
  'serverCpuUsPerUpdate',
  'serverUserUsPerUpdate',
  'serverSystemUsPerUpdate',
  'serverCpuShare',
  'generatorCpuUsPerUpdate',
  'generatorCpuShare',
  'serverSwitchesPerUpdate',
  'serverWaitShare',
  'generatorWaitShare',
  'serverRssBytes',
  'generatorRssBytes',
  'serverAnonymousBytes',
  'generatorAnonymousBytes',
  'kernelSocketBytes',
  'pageClockBoundUs',
  'firstUpdateUs',
  'pageTaskUsPerUpdate',
  'pageScriptUsPerUpdate',
  'pageLongTaskShare',
  'pageHeapBytes',
  'devtoolsDownBytesPerUpdate',
  'wireStreamDownBytesPerUpdate',
  'driverCpuUsPerUpdate',
  'browserCpuUsPerUpdate',
  'rendererCpuUsPerUpdate',
  'networkCpuUsPerUpdate',
  'rendererAnonymousBytes',
  'openMs',
  'openedPerS',
  'spreadUs',
  'idleServerCpuShare',
  'idleGeneratorCpuShare',
  'idleServerAnonymousBytes',
  'idleGeneratorAnonymousBytes',
  'idleKernelSocketBytes',
] as const;
export type MetricId = (typeof metricIds)[number];

/** Latencies and ages come from the measuring clock; CPU time, which is also in µs, from the kernel. */
export function timedByClock(metric: MetricId): boolean {
  return /latency|staleness|slip|handover|responseTime/i.test(metric);
}

/** How far a figure of an arm in a browser may be off for its pages' clocks alone, in µs; 0 for every other. */
export function clockBoundUs(
  arm: { readonly metrics: { readonly [Id in MetricId]?: Estimate } },
  metric: MetricId,
): number {
  return timedByClock(metric) ? (arm.metrics.pageClockBoundUs?.high ?? 0) : 0;
}

/** The step in which a figure with such a bound is shown: never finer than the bound, in the same unit. */
export function stepOf(bound: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(bound));
  return magnitude * ([1, 2, 5, 10].find((step) => step * magnitude >= bound * (1 - 1e-9)) ?? 10);
}

/** The figures by which arms of one workload are set against each other. */
export const metricsWithContrast = [
  'latencyP50Us',
  'latencyP99Us',
  'serviceLatencyP50Us',
  'stalenessMeanUs',
  'bytesPerUpdate',
  'wireDownBytesPerUpdate',
  'wireUpBytesPerUpdate',
  'uselessPollShare',
  'serverCpuUsPerUpdate',
  'serverAnonymousBytes',
] as const satisfies readonly MetricId[];

/** A value with its interval from the spread between trials. */
export const estimateSchema = z.strictObject({
  median: z.number(),
  low: z.number(),
  high: z.number(),
  values: z.array(z.number()).describe('one per trial that measured it, in order of repetition'),
});
export type Estimate = z.infer<typeof estimateSchema>;
