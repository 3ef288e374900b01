/**
 * What several processes of one trial report, as if one had: counts add up, histograms merge value by value, and means
 * are weighted by what they are means of.
 *
 * Nothing is averaged that can be added. The one exception is the time between the byte snapshots: every worker takes
 * them by a timer of its own, aimed at the same instants.
 */
import hdr from 'hdr-histogram-js';
import {
  type ByteCounts,
  type ClientReport,
  type EncodedHistogram,
  errorKinds,
  type ServerReport,
  type Traffic,
} from '../contract/trial.js';
import { decode } from './metrics.js';
import type { ProcessCost } from './model.js';

/** @throws RangeError for no reports */
export function mergeClientReports(reports: readonly ClientReport[]): ClientReport {
  const [first, ...others] = reports;
  if (first === undefined) throw new RangeError('a merge of no reports');
  if (others.length === 0) return first;
  const total = (count: (report: ClientReport) => number) => sum(reports.map(count));
  const stalenessCoverageUs = total((report) => report.stalenessCoverageUs);
  const windowResponses = total((report) => report.windowResponses);
  return {
    expected: total(({ expected }) => expected),
    delivered: total(({ delivered }) => delivered),
    lost: total(({ lost }) => lost),
    superseded: total(({ superseded }) => superseded),
    duplicate: total(({ duplicate }) => duplicate),
    outOfOrder: total(({ outOfOrder }) => outOfOrder),
    reconnects: total(({ reconnects }) => reconnects),
    errors: Object.fromEntries(
      errorKinds.map((kind) => [kind, total(({ errors }) => errors[kind])]),
    ) as ClientReport['errors'],
    latency: mergeHistograms(reports.map(({ latency }) => latency)),
    serviceLatency: mergeHistograms(reports.map(({ serviceLatency }) => serviceLatency)),
    staleness: mergeHistograms(reports.map(({ staleness }) => staleness)),
    stalenessMeanUs: weighted(
      reports.map(({ stalenessMeanUs, stalenessCoverageUs: us }) => [stalenessMeanUs, us]),
      stalenessCoverageUs,
    ),
    stalenessCoverageUs,
    windowDelivered: total(({ windowDelivered }) => windowDelivered),
    windowRequests: total(({ windowRequests }) => windowRequests),
    windowUselessPolls: total(({ windowUselessPolls }) => windowUselessPolls),
    windowResponses,
    responseTimeMeanUs: weighted(
      reports.map(({ responseTimeMeanUs, windowResponses: responses }) => [responseTimeMeanUs, responses]),
      windowResponses,
    ),
    windowTraffic: mergeTraffic(reports.map(({ windowTraffic }) => windowTraffic)),
    setupTraffic: mergeTraffic(reports.map(({ setupTraffic }) => setupTraffic)),
    windowActualMs: total(({ windowActualMs }) => windowActualMs) / reports.length,
    disruptions: {
      noticed: total(({ disruptions }) => disruptions.noticed),
      resumed: total(({ disruptions }) => disruptions.resumed),
      skipped: total(({ disruptions }) => disruptions.skipped),
      resume: mergeHistograms(reports.map(({ disruptions }) => disruptions.resume)),
    },
    deliveriesPerBin: first.deliveriesPerBin.map((_, bin) => total((report) => report.deliveriesPerBin[bin] ?? 0)),
    // By the time of arrival, as one worker would have kept them.
    samples: reports.flatMap(({ samples }) => samples).sort((a, b) => a[4] - b[4]),
    samplesEvery: first.samplesEvery,
    ...(first.sockets === undefined ? {} : { sockets: first.sockets }),
    // A browser is one worker however many its pages.
    browser: first.browser,
  };
}

/**
 * Servers that share a port publish the same updates, each to its own subscribers.
 *
 * @throws RangeError for no reports
 */
export function mergeServerReports(reports: readonly ServerReport[]): ServerReport {
  const [first, ...others] = reports;
  if (first === undefined) throw new RangeError('a merge of no reports');
  if (others.length === 0) return first;
  const total = (count: (report: ServerReport) => number) => sum(reports.map(count));
  return {
    // They stop one after the other, so one of them may have published an update more.
    published: Math.max(...reports.map(({ published }) => published)),
    firstWindowSeq: first.firstWindowSeq,
    lastWindowSeq: first.lastWindowSeq,
    slip: mergeHistograms(reports.map(({ slip }) => slip)),
    handover: mergeHistograms(reports.map(({ handover }) => handover)),
    droppedSlow: total(({ droppedSlow }) => droppedSlow),
    requests: total(({ requests }) => requests),
    connections: total(({ connections }) => connections),
    streams: { begun: total(({ streams }) => streams.begun), open: total(({ streams }) => streams.open) },
  };
}

/** A figure that one process lacks is unknown of all of them. */
export function sumCosts(costs: readonly ProcessCost[]): ProcessCost {
  const total = (pick: (cost: ProcessCost) => number | null): number | null => {
    const values = costs.map(pick);
    return sumKnown(values);
  };
  return {
    userUs: total(({ userUs }) => userUs),
    systemUs: total(({ systemUs }) => systemUs),
    cpuUs: total(({ cpuUs }) => cpuUs),
    waitUs: total(({ waitUs }) => waitUs),
    voluntarySwitches: total(({ voluntarySwitches }) => voluntarySwitches),
    involuntarySwitches: total(({ involuntarySwitches }) => involuntarySwitches),
    rssBytes: total(({ rssBytes }) => rssBytes),
    anonymousBytes: total(({ anonymousBytes }) => anonymousBytes),
  };
}

/** Exact: all have the same buckets, and counts of a bucket add up. */
export function mergeHistograms(histograms: readonly EncodedHistogram[]): EncodedHistogram {
  const [first, ...others] = histograms.filter(({ count }) => count > 0);
  if (first === undefined) return histograms[0] as EncodedHistogram;
  const merged = decode(first);
  merged.autoResize = true;
  for (const other of others) merged.add(decode(other));
  return { unit: 'us', count: merged.totalCount, encoded: hdr.encodeIntoCompressedBase64(merged) };
}

function mergeTraffic(traffic: readonly Traffic[]): Traffic {
  const way = (pick: (one: Traffic) => ByteCounts): ByteCounts => ({
    payload: sum(traffic.map((one) => pick(one).payload)),
    repeated: sum(traffic.map((one) => pick(one).repeated)),
    framing: sumKnown(traffic.map((one) => pick(one).framing)),
    heads: sumKnown(traffic.map((one) => pick(one).heads)),
  });
  return { down: way(({ down }) => down), up: way(({ up }) => up) };
}

function sumKnown(values: readonly (number | null)[]): number | null {
  return values.includes(null) ? null : sum(values as number[]);
}

/** @param parts mean and weight of each; a null mean has no weight */
function weighted(parts: readonly (readonly [number | null, number])[], total: number): number | null {
  return total === 0 ? null : sum(parts.map(([mean, weight]) => (mean ?? 0) * weight)) / total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
