/** gcannon (io_uring): its JSON, in which latencies are microseconds. */
import { parseJson, someErrors, type Tool } from './tool.js';

interface Output {
  readonly elapsed_sec: number;
  readonly responses: number;
  readonly bytes_read: number;
  readonly latency_us: Readonly<Record<'avg' | 'p50' | 'p90' | 'p99' | 'p999', number>>;
  readonly status: Readonly<Record<'4xx' | '5xx' | 'other', number>>;
  readonly errors: Readonly<Record<'connect' | 'read' | 'timeout', number>>;
}

export const gcannon: Tool = {
  id: 'gcannon',
  version: ['--version'],
  unable: () => null,
  args: ({ url, connections, durationS, mode, pipeline, threads }) => [
    url,
    '-c',
    String(connections),
    '-t',
    String(Math.min(threads, connections)),
    '-d',
    `${Math.ceil(durationS)}s`,
    '-p',
    String(pipeline),
    // Opens a connection anew after this many requests.
    ...(mode === 'close' ? ['-r', '1'] : []),
    '--json',
  ],
  parse: ({ stdout }) => {
    const output = parseJson<Output>(stdout);
    const { latency_us: us, status, errors } = output;
    return {
      requests: output.responses,
      elapsedS: output.elapsed_sec,
      bytesDown: output.bytes_read,
      latency: { meanUs: us.avg, p50Us: us.p50, p90Us: us.p90, p99Us: us.p99, p999Us: us.p999, maxUs: null },
      errors: someErrors({ ...errors, status: status['4xx'] + status['5xx'], other: status.other }),
    };
  },
};
