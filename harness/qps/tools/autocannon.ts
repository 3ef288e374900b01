/** autocannon: its JSON, in which latencies are milliseconds. Found in this project's own packages too. */
import { parseJson, someErrors, type Tool } from './tool.js';

interface Output {
  readonly duration: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly mismatches: number;
  readonly resets: number;
  readonly non2xx: number;
  readonly '2xx': number;
  readonly '3xx': number;
  readonly latency: Readonly<Record<'average' | 'p50' | 'p90' | 'p99' | 'p99_9' | 'max', number>>;
  readonly throughput: { readonly total: number };
}

export const autocannon: Tool = {
  id: 'autocannon',
  version: ['--version'],
  // Its -D 1 is meant for that, and then counts no request at all (8.0.0).
  unable: ({ mode }) => (mode === 'close' ? 'autocannon cannot open a connection for each request' : null),
  args: ({ url, connections, durationS, pipeline, threads, timeoutMs }) => [
    '--json',
    '-c',
    String(connections),
    '-p',
    String(pipeline),
    '-d',
    String(durationS),
    '-t',
    String(Math.ceil(timeoutMs / 1000)),
    ...(threads > 1 ? ['-w', String(threads)] : []),
    url,
  ],
  parse: ({ stdout }) => {
    const output = parseJson<Output>(stdout);
    const { latency, timeouts } = output;
    const us = (ms: number): number => ms * 1000;
    return {
      // Its "2xx" and "non2xx" are all responses between them; its requests hold those without one.
      requests: output['2xx'] + output.non2xx,
      elapsedS: output.duration,
      bytesDown: output.throughput.total,
      latency: {
        meanUs: us(latency.average),
        p50Us: us(latency.p50),
        p90Us: us(latency.p90),
        p99Us: us(latency.p99),
        p999Us: us(latency.p99_9),
        maxUs: us(latency.max),
      },
      errors: someErrors({
        timeout: timeouts,
        read: output.resets,
        status: Math.max(0, output.non2xx - output['3xx']),
        // Its errors hold the timeouts.
        other: Math.max(0, output.errors - timeouts) + output.mismatches,
      }),
    };
  },
};
