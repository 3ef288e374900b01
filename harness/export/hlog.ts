/**
 * The latencies of an arm as an HdrHistogram log, one interval a trial: what HistogramLogAnalyzer, HdrHistogramVisualizer
 * and the libraries of every language read (format 1.3, HdrHistogram's HistogramLogWriter). Values are in µs.
 */
import { HistogramLogWriter } from 'hdr-histogram-js';
import type { EncodedHistogram } from '../../contract/trial.js';
import { decode } from '../metrics.js';
import type { OkTrial } from '../model.js';

/** The log's maximum column is in ms. */
const usPerMs = 1000;

/**
 * @param trials of one arm, in the order they ran
 * @param pick which histogram of a trial
 */
export function formatHlog(
  title: string,
  trials: readonly OkTrial[],
  pick: (trial: OkTrial) => EncodedHistogram,
): string {
  let text = '';
  const writer = new HistogramLogWriter((line) => {
    text += line;
  });
  const [first] = trials;
  const startMs = first === undefined ? 0 : Date.parse(first.startedAt);
  writer.outputComment(`[${title}; values in microseconds]`);
  writer.outputLogFormatVersion();
  // By hand: the library's own line would end in an empty one, and in the local time of whoever writes.
  writer.outputComment(
    `[StartTime: ${(startMs / 1000).toFixed(3)} (seconds since epoch), ${new Date(startMs).toISOString()}]`,
  );
  writer.outputLegend();
  for (const trial of trials) {
    const fromS = (Date.parse(trial.startedAt) - startMs) / 1000;
    writer.outputIntervalHistogram(decode(pick(trial)), fromS, fromS + trial.elapsedMs / 1000, usPerMs);
  }
  return text;
}
