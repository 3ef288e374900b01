/**
 * wrk: results from its own `done` hook, in JSON; its text rounds. The script has no request or response function, so
 * none of it runs while wrk measures.
 *
 * Its latencies are "corrected" by itself for requests that a slow response held back, and so lie above what was seen.
 * A server that closes after a response without `Connection: close` in it, as uWebSockets.js does, counts as a read error
 * each time, though the response was whole: in close mode that many read errors are none.
 */
import { someErrors, type Tool } from './tool.js';

const scriptName = 'done.lua';
const script = `done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\n{"requests":%d,"elapsedUs":%d,"bytes":%d,"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d,' ..
    '"mean":%.3f,"p50":%d,"p90":%d,"p99":%d,"p999":%d,"max":%d}\\n',
    summary.requests, summary.duration, summary.bytes, e.connect, e.read, e.write, e.status, e.timeout,
    latency.mean, latency:percentile(50), latency:percentile(90), latency:percentile(99), latency:percentile(99.9),
    latency.max))
end
`;

interface Done {
  readonly requests: number;
  readonly elapsedUs: number;
  readonly bytes: number;
  readonly connect: number;
  readonly read: number;
  readonly write: number;
  readonly status: number;
  readonly timeout: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export const wrk: Tool = {
  id: 'wrk',
  version: ['-v'],
  unable: ({ pipeline }) => (pipeline > 1 ? 'wrk has no pipelining of its own' : null),
  connections: ({ preset, connections }) => (preset === null ? connections : 360),
  files: () => ({ [scriptName]: script }),
  // wrk reads no fractions of a second.
  args: ({ url, connections, durationS, mode, threads, timeoutMs, preset }) => [
    // The article gives no -t, and wrk's own default is two.
    ...(preset === null
      ? [`-t${Math.min(threads, connections)}`, `-c${connections}`, `-d${Math.ceil(durationS)}s`]
      : ['-c360', `-d${Math.ceil(durationS)}s`]),
    ...(mode === 'close' ? ['-H', 'Connection: close'] : []),
    '--timeout',
    `${Math.ceil(timeoutMs / 1000)}s`,
    '-s',
    scriptName,
    url,
  ],
  parse: ({ stdout, stderr }, { mode }) => {
    const line = stdout.split('\n').find((text) => text.startsWith('{"requests"'));
    if (line === undefined) throw new Error(stderr.trim().split('\n')[0] || 'no result in its output');
    // Percentiles of nothing are not numbers.
    const done = JSON.parse(line.replace(/-?nan/g, '0')) as Done;
    const { connect, write, status, timeout } = done;
    const read = mode === 'close' ? Math.max(0, done.read - done.requests) : done.read;
    return {
      requests: done.requests,
      elapsedS: done.elapsedUs / 1e6,
      bytesDown: done.bytes,
      latency: {
        meanUs: done.mean,
        p50Us: done.p50,
        p90Us: done.p90,
        p99Us: done.p99,
        p999Us: done.p999,
        maxUs: done.max,
      },
      errors: someErrors({ connect, read, write, status, timeout }),
    };
  },
};
