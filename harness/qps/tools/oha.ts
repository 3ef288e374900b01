/** oha: its JSON, in which times are seconds. */
import { parseJson, someErrors, type Tool } from './tool.js';

interface Output {
  readonly summary: {
    readonly total: number;
    readonly average: number | null;
    readonly slowest: number | null;
    readonly totalData: number;
  };
  readonly latencyPercentiles: Readonly<Record<string, number | null>>;
  readonly statusCodeDistribution: Readonly<Record<string, number>>;
  readonly errorDistribution: Readonly<Record<string, number>>;
}

/** What it reports of requests that were still under way when its time was over. */
const deadline = /deadline/i;

export const oha: Tool = {
  id: 'oha',
  version: ['--version'],
  unable: ({ pipeline }) => (pipeline > 1 ? 'oha has no pipelining' : null),
  args: ({ url, connections, durationS, mode, timeoutMs }) => [
    '--no-tui',
    '--output-format',
    'json',
    '-c',
    String(connections),
    '-z',
    `${durationS}s`,
    '-t',
    `${Math.ceil(timeoutMs / 1000)}s`,
    ...(mode === 'close' ? ['--disable-keepalive'] : []),
    url,
  ],
  parse: ({ stdout }) => {
    const { summary, latencyPercentiles, statusCodeDistribution, errorDistribution } = parseJson<Output>(stdout);
    const us = (seconds: number | null | undefined): number | null => (seconds == null ? null : seconds * 1e6);
    const statuses = Object.entries(statusCodeDistribution);
    const count = (entries: [string, number][]): number => entries.reduce((sum, [, n]) => sum + n, 0);
    const errors = Object.entries(errorDistribution).filter(([what]) => !deadline.test(what));
    const of = (pattern: RegExp): number => count(errors.filter(([what]) => pattern.test(what)));
    const [connect, timeout] = [of(/connect/i), of(/timeout|timed out/i)];
    return {
      requests: count(statuses),
      elapsedS: summary.total,
      // Bodies only.
      bytesDown: null,
      latency: {
        meanUs: us(summary.average),
        p50Us: us(latencyPercentiles.p50),
        p90Us: us(latencyPercentiles.p90),
        p99Us: us(latencyPercentiles.p99),
        p999Us: us(latencyPercentiles['p99.9']),
        maxUs: us(summary.slowest),
      },
      errors: someErrors({
        connect,
        timeout,
        status: count(statuses.filter(([status]) => Number(status) >= 400)),
        other: Math.max(0, count(errors) - connect - timeout),
      }),
    };
  },
};
