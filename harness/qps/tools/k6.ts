/** k6: a script of one GET per iteration, and the file of `--summary-export`, in which times are milliseconds. */
import { someErrors, type Tool } from './tool.js';

const scriptName = 'get.js';
const summaryName = 'summary.json';

interface Summary {
  readonly metrics: {
    readonly http_reqs: { readonly count: number; readonly rate: number };
    readonly http_req_duration: Readonly<Record<string, number>>;
    /** `passes` are requests that failed: the metric is called "failed". */
    readonly http_req_failed?: { readonly passes: number };
    readonly data_received: { readonly count: number };
  };
}

export const k6: Tool = {
  id: 'k6',
  version: ['version'],
  unable: ({ pipeline }) => (pipeline > 1 ? 'k6 has no pipelining' : null),
  files: ({ url, connections, durationS, mode, timeoutMs }) => ({
    [scriptName]: `import http from 'k6/http';
export const options = ${JSON.stringify({
      vus: connections,
      duration: `${durationS}s`,
      noConnectionReuse: mode === 'close',
      discardResponseBodies: true,
      summaryTrendStats: ['avg', 'max', 'p(50)', 'p(90)', 'p(99)', 'p(99.9)'],
    })};
export default () => http.get(${JSON.stringify(url)}, { timeout: ${timeoutMs} });
`,
  }),
  args: () => ['run', '--quiet', '--no-usage-report', '--summary-export', summaryName, scriptName],
  parse: ({ stderr }, { durationS }, file) => {
    const text = file(summaryName);
    if (text === null) throw new Error(stderr.trim().split('\n').at(-1) || 'no summary was written');
    const { http_reqs, http_req_duration, http_req_failed, data_received } = (JSON.parse(text) as Summary).metrics;
    const us = (name: string): number | null => {
      const ms = http_req_duration[name];
      return ms === undefined ? null : ms * 1000;
    };
    return {
      requests: http_reqs.count,
      elapsedS: http_reqs.rate > 0 ? http_reqs.count / http_reqs.rate : durationS,
      bytesDown: data_received.count,
      latency: {
        meanUs: us('avg'),
        p50Us: us('p(50)'),
        p90Us: us('p(90)'),
        p99Us: us('p(99)'),
        p999Us: us('p(99.9)'),
        maxUs: us('max'),
      },
      errors: someErrors({ other: http_req_failed?.passes ?? 0 }),
    };
  },
};
