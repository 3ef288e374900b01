/** bombardier: its JSON, in which latencies are microseconds. */
import { parseJson, someErrors, type Tool } from './tool.js';

interface Output {
  readonly result: {
    readonly bytesRead: number;
    readonly timeTakenSeconds: number;
    readonly req1xx: number;
    readonly req2xx: number;
    readonly req3xx: number;
    readonly req4xx: number;
    readonly req5xx: number;
    readonly others: number;
    readonly latency: {
      readonly mean: number;
      readonly max: number;
      readonly percentiles?: Readonly<Record<string, number>>;
    };
  };
}

export const bombardier: Tool = {
  id: 'bombardier',
  version: ['--version'],
  unable: ({ pipeline }) => (pipeline > 1 ? 'bombardier has no pipelining' : null),
  args: ({ url, connections, durationS, mode, timeoutMs }) => [
    '-c',
    String(connections),
    '-d',
    `${durationS}s`,
    '-t',
    `${Math.ceil(timeoutMs / 1000)}s`,
    '-l',
    '-o',
    'json',
    '-p',
    'result',
    // Its own -a changes nothing with the client it uses by default.
    ...(mode === 'close' ? ['-H', 'Connection: close'] : []),
    url,
  ],
  parse: ({ stdout }) => {
    const { result } = parseJson<Output>(stdout);
    const { req1xx, req2xx, req3xx, req4xx, req5xx, latency } = result;
    const quantile = (percent: string): number | null => latency.percentiles?.[percent] ?? null;
    return {
      requests: req1xx + req2xx + req3xx + req4xx + req5xx,
      elapsedS: result.timeTakenSeconds,
      bytesDown: result.bytesRead,
      latency: {
        meanUs: latency.mean,
        p50Us: quantile('50'),
        p90Us: quantile('90'),
        p99Us: quantile('99'),
        p999Us: null,
        maxUs: latency.max,
      },
      errors: someErrors({ status: req4xx + req5xx, other: result.others }),
    };
  },
};
