/** h2load (nghttp2), over HTTP/1.1: figures from its text, which has no other form. It gives no quantiles. */
import { numberIn, someErrors, type Tool, unknownLatency } from './tool.js';

const unitsUs: Readonly<Record<string, number>> = { us: 1, ms: 1e3, s: 1e6, m: 60e6 };

export const h2load: Tool = {
  id: 'h2load',
  version: ['--version'],
  unable: ({ mode }) => (mode === 'close' ? 'h2load cannot open a connection for each request' : null),
  args: ({ url, connections, durationS, pipeline, threads, timeoutMs }) => [
    '--h1',
    '-c',
    String(connections),
    '-m',
    String(pipeline),
    '-t',
    String(Math.min(threads, connections)),
    '-D',
    String(Math.ceil(durationS)),
    '--warm-up-time=0',
    '-N',
    String(Math.ceil(timeoutMs / 1000)),
    url,
  ],
  parse: ({ stdout, stderr }) => {
    const requests = /^requests: .* (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout/m.exec(
      stdout,
    );
    if (requests === null) throw new Error(`${stderr}${stdout}`.trim().split('\n')[0] || 'no result in its output');
    const [done = 0, , failed = 0, errored = 0, timeout = 0] = requests.slice(1).map(Number);
    const [badRequests = 0, badServer = 0] = (/(\d+) 4xx, (\d+) 5xx/.exec(stdout) ?? []).slice(1).map(Number);
    const time = /^time for request:\s+([\d.]+)(\w+)\s+([\d.]+)(\w+)\s+([\d.]+)(\w+)/m.exec(stdout);
    const inUs = (at: number): number | null =>
      time === null ? null : Number(time[at]) * (unitsUs[time[at + 1] as string] ?? Number.NaN);
    const status = badRequests + badServer;
    return {
      requests: done,
      elapsedS: numberIn(stdout, /^finished in ([\d.]+)s/m, 'time'),
      bytesDown: numberIn(stdout, /^traffic: \S+ \((\d+)\)/m, 'traffic'),
      latency: { ...unknownLatency, meanUs: inUs(5), maxUs: inUs(3) },
      // A status that is an error is among its "failed" too.
      errors: someErrors({ status, other: Math.max(0, failed - status - errored - timeout), read: errored, timeout }),
    };
  },
};
