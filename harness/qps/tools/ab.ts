/**
 * ab (ApacheBench): figures from its text, quantiles from the file of `-e`.
 *
 * It speaks HTTP/1.0, which uWebSockets.js answers with an error: every response then counts as a status error. Its own
 * "failed" also holds responses of another length than the first, such as one with a different number of digits in it.
 */
import { numberIn, someErrors, type Tool, unknownLatency } from './tool.js';

const quantilesName = 'percentages.csv';
/** Above what one core of any machine asks for: its `-n` must not end it before its `-t`. */
const mostPerS = 250_000;

export const ab: Tool = {
  id: 'ab',
  version: ['-V'],
  unable: ({ pipeline }) => (pipeline > 1 ? 'ab has no pipelining' : null),
  connections: ({ preset, connections }) => (preset === null ? connections : 1000),
  // A million requests take as long as they take.
  longestS: ({ preset, durationS }) => (preset === 'article' ? 600 : durationS),
  args: ({ url, connections, durationS, mode, preset, timeoutMs }) => [
    ...(preset === 'article'
      ? ['-n', '1000000', '-c', '1000']
      : // -t sets a -n of its own, so that must come after it.
        [
          '-t',
          String(Math.ceil(durationS)),
          '-n',
          String(Math.ceil(durationS) * mostPerS),
          '-c',
          String(preset === null ? connections : 1000),
        ]),
    '-r',
    ...(mode === 'keep-alive' ? ['-k'] : []),
    '-s',
    String(Math.ceil(timeoutMs / 1000)),
    '-e',
    quantilesName,
    url,
  ],
  parse: ({ stdout, stderr }, _settings, file) => {
    if (!/^Complete requests:/m.test(stdout)) {
      const lines = `${stderr}\n${stdout}`.split('\n').filter((text) => text.trim() !== '');
      throw new Error(
        lines.find((text) => /^(ab|apr_\w+|socket)\b.*[:(]/.test(text))?.trim() ?? 'no result in its output',
      );
    }
    const of = (name: string): number => numberIn(stdout, new RegExp(`^${name}:\\s+([\\d.]+)`, 'm'), name);
    const optional = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1] ?? 0);
    const rows = (file(quantilesName) ?? '').split('\n').map((line) => line.split(',').map(Number));
    const quantile = (percent: number): number | null => {
      const ms = rows.find(([at]) => at === percent)?.[1];
      return ms === undefined || Number.isNaN(ms) ? null : ms * 1000;
    };
    return {
      requests: of('Complete requests'),
      elapsedS: of('Time taken for tests'),
      bytesDown: of('Total transferred'),
      // Its mean is in whole milliseconds, which is no mean here.
      latency: {
        ...unknownLatency,
        p50Us: quantile(50),
        p90Us: quantile(90),
        p99Us: quantile(99),
        maxUs: quantile(100),
      },
      errors: someErrors({
        connect: optional(/\(Connect: (\d+)/),
        read: optional(/Receive: (\d+)/),
        other: optional(/Exceptions: (\d+)/) + optional(/Length: (\d+)/),
        write: optional(/^Write errors:\s+(\d+)/m),
        status: optional(/^Non-2xx responses:\s+(\d+)/m),
      }),
    };
  },
};
