/** What each tool prints, as it printed it here or as its own documentation shows it, and what is read from that. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tools } from '../../../harness/qps/tools/index.js';
import type { Tool, ToolResult, ToolSettings } from '../../../harness/qps/tools/tool.js';

const settings: ToolSettings = {
  url: 'http://127.0.0.1:9100/hello',
  connections: 64,
  durationS: 5,
  mode: 'keep-alive',
  pipeline: 1,
  threads: 1,
  timeoutMs: 10_000,
  preset: null,
};

function tool(id: string): Tool {
  return tools.find((one) => one.id === id) as Tool;
}

function parse(
  id: string,
  stdout: string,
  files: Record<string, string> = {},
  given: Partial<ToolSettings> = {},
): ToolResult {
  const output = { stdout, stderr: '', exitCode: 0, cpuUs: null, timedOut: false };
  return tool(id).parse(output, { ...settings, ...given }, (name) => files[name] ?? null);
}

const wrkDone =
  '{"requests":1000,"elapsedUs":2000000,"bytes":107000,"connect":0,"read":3,"write":0,"status":0,"timeout":1,' +
  '"mean":512.250,"p50":500,"p90":700,"p99":900,"p999":1200,"max":1500}';

test('wrk: its done hook', () => {
  assert.deepEqual(parse('wrk', `Running 2s test @ http://127.0.0.1/\n  1 threads\n\n${wrkDone}\n`), {
    requests: 1000,
    elapsedS: 2,
    bytesDown: 107_000,
    latency: { meanUs: 512.25, p50Us: 500, p90Us: 700, p99Us: 900, p999Us: 1200, maxUs: 1500 },
    errors: { read: 3, timeout: 1 },
  });
});

test('wrk in close mode: a close after a whole response is no read error, one more is', () => {
  const closing = wrkDone.replace('"read":3', '"read":1002');
  assert.deepEqual(parse('wrk', closing, {}, { mode: 'close' }).errors, { read: 2, timeout: 1 });
});

test('wrk that could not connect says why', () => {
  const output = { stdout: '', stderr: 'unable to connect to 127.0.0.1:1 Connection refused\n', exitCode: 1 };
  assert.throws(
    () => tool('wrk').parse({ ...output, cpuUs: null, timedOut: false }, settings, () => null),
    /unable to connect to 127\.0\.0\.1:1 Connection refused/,
  );
});

test('ab: figures from its text, quantiles from its file', () => {
  const stdout = `Concurrency Level:      8
Time taken for tests:   1.250 seconds
Complete requests:      4085
Failed requests:        7
   (Connect: 1, Receive: 2, Length: 4, Exceptions: 0)
Write errors:           1
Non-2xx responses:      5
Keep-Alive requests:    0
Total transferred:      711138 bytes
Requests per second:    3268.00 [#/sec] (mean)
`;
  const csv = 'Percentage served,Time in ms\n0,0.306\n50,0.512\n90,1.5\n99,19.25\n100,52.125\n';
  assert.deepEqual(parse('ab', stdout, { 'percentages.csv': csv }), {
    requests: 4085,
    elapsedS: 1.25,
    bytesDown: 711_138,
    latency: { meanUs: null, p50Us: 512, p90Us: 1500, p99Us: 19_250, p999Us: null, maxUs: 52_125 },
    errors: { connect: 1, read: 2, other: 4, write: 1, status: 5 },
  });
});

test('h2load: its text, whatever the unit of a time', () => {
  const stdout = `finished in 1.00s, 13867.00 req/s, 1.40MB/s
requests: 13867 total, 13875 started, 13867 done, 13860 succeeded, 7 failed, 1 errored, 2 timeout
status codes: 13860 2xx, 0 3xx, 4 4xx, 0 5xx
traffic: 1.40MB (1469902) total, 947.94KB (970690) headers (space savings 0.00%), 67.71KB (69335) data
                     min         max         mean         sd        +/- sd
time for request:       22us     57.92ms       575us      2.40ms    94.79%
time for connect:       28us        76us        54us        15us    62.50%
`;
  assert.deepEqual(parse('h2load', stdout), {
    requests: 13_867,
    elapsedS: 1,
    bytesDown: 1_469_902,
    latency: { meanUs: 575, p50Us: null, p90Us: null, p99Us: null, p999Us: null, maxUs: 57_920 },
    errors: { status: 4, read: 1, timeout: 2 },
  });
});

test('oha: its JSON in seconds; requests cut off by the end of the run are no errors', () => {
  const output = {
    summary: {
      successRate: 1,
      total: 5.01,
      slowest: 0.02,
      fastest: 0.0001,
      average: 0.0006,
      requestsPerSec: 20_000,
      totalData: 500,
    },
    latencyPercentiles: { p50: 0.0005, p90: 0.0009, p99: 0.002, 'p99.9': 0.01 },
    statusCodeDistribution: { 200: 100, 503: 2 },
    errorDistribution: { 'aborted due to deadline': 64, 'Connection refused (os error 111)': 3, timeout: 1 },
  };
  const { requests, elapsedS, latency, errors } = parse('oha', JSON.stringify(output));
  assert.deepEqual({ requests, elapsedS }, { requests: 102, elapsedS: 5.01 });
  assert.equal(Math.round(latency.p99Us as number), 2000);
  assert.equal(Math.round(latency.meanUs as number), 600);
  assert.deepEqual(errors, { connect: 3, timeout: 1, status: 2 });
});

test('k6: the file of its summary, in milliseconds', () => {
  const summary = {
    metrics: {
      http_reqs: { count: 5000, rate: 1000 },
      http_req_duration: { avg: 2.5, max: 20, 'p(50)': 2, 'p(90)': 4, 'p(99)': 8, 'p(99.9)': 16 },
      http_req_failed: { passes: 3, fails: 4997, value: 0.0006 },
      data_received: { count: 530_000, rate: 106_000 },
    },
  };
  assert.deepEqual(parse('k6', '', { 'summary.json': JSON.stringify(summary) }), {
    requests: 5000,
    elapsedS: 5,
    bytesDown: 530_000,
    latency: { meanUs: 2500, p50Us: 2000, p90Us: 4000, p99Us: 8000, p999Us: 16_000, maxUs: 20_000 },
    errors: { other: 3 },
  });
});

test('autocannon: its JSON in milliseconds; redirects are no errors', () => {
  const output = {
    duration: 5.02,
    errors: 3,
    timeouts: 2,
    mismatches: 0,
    resets: 1,
    non2xx: 6,
    '2xx': 1000,
    '3xx': 4,
    latency: { average: 1.5, p50: 1, p90: 2, p99: 3, p99_9: 9, max: 12 },
    throughput: { total: 107_000 },
  };
  assert.deepEqual(parse('autocannon', JSON.stringify(output)), {
    requests: 1006,
    elapsedS: 5.02,
    bytesDown: 107_000,
    latency: { meanUs: 1500, p50Us: 1000, p90Us: 2000, p99Us: 3000, p999Us: 9000, maxUs: 12_000 },
    errors: { timeout: 2, read: 1, status: 2, other: 1 },
  });
});

test('bombardier: its JSON in microseconds', () => {
  const output = {
    spec: { numberOfConnections: 16 },
    result: {
      bytesRead: 1_044_418,
      bytesWritten: 847_358,
      timeTakenSeconds: 1.998,
      req1xx: 0,
      req2xx: 9853,
      req3xx: 0,
      req4xx: 1,
      req5xx: 2,
      others: 4,
      latency: {
        mean: 3238.9,
        stddev: 1975,
        max: 26_360,
        percentiles: { 50: 2650, 75: 4284, 90: 6088, 95: 7525, 99: 10_825 },
      },
    },
  };
  assert.deepEqual(parse('bombardier', JSON.stringify(output)), {
    requests: 9856,
    elapsedS: 1.998,
    bytesDown: 1_044_418,
    latency: { meanUs: 3238.9, p50Us: 2650, p90Us: 6088, p99Us: 10_825, p999Us: null, maxUs: 26_360 },
    errors: { status: 3, other: 4 },
  });
});

test('gcannon: its JSON in microseconds', () => {
  const output = {
    elapsed_sec: 10.001,
    requests: 9_647_820,
    responses: 9_647_800,
    bytes_read: 723_548_160,
    latency_us: { avg: 530, p50: 490, p90: 820, p99: 1950, p999: 4100, samples: 9_647_780 },
    status: { '2xx': 9_647_799, '3xx': 0, '4xx': 1, '5xx': 0, other: 0 },
    errors: { connect: 0, read: 2, timeout: 0 },
  };
  assert.deepEqual(parse('gcannon', JSON.stringify(output)), {
    requests: 9_647_800,
    elapsedS: 10.001,
    bytesDown: 723_548_160,
    latency: { meanUs: 530, p50Us: 490, p90Us: 820, p99Us: 1950, p999Us: 4100, maxUs: null },
    errors: { read: 2, status: 1 },
  });
});

test('no result in an output is an error for every tool, and never a zero', () => {
  for (const { id } of tools) assert.throws(() => parse(id, 'Segmentation fault\n'), Error, id);
});

test('the article’s commands are the article’s', () => {
  const article = { ...settings, preset: 'article' as const, durationS: 60, threads: 2 };
  const command = (id: string, mode: ToolSettings['mode']): string =>
    tool(id)
      .args({ ...article, mode })
      .join(' ');
  assert.match(command('wrk', 'keep-alive'), /^-c360 -d60s .*http:\/\/127\.0\.0\.1:9100\/hello$/);
  assert.ok(!command('wrk', 'keep-alive').includes('Connection'));
  assert.match(command('wrk', 'close'), /^-c360 -d60s -H Connection: close /);
  assert.match(command('ab', 'keep-alive'), /^-n 1000000 -c 1000 -r -k /);
  assert.match(command('ab', 'close'), /^-n 1000000 -c 1000 -r -s/);
  assert.equal(tool('wrk').connections?.(article), 360);
  assert.equal(tool('ab').connections?.(article), 1000);
});

test('a tool that counts whole seconds is given them', () => {
  for (const id of ['wrk', 'ab', 'h2load']) {
    const args = tool(id).args({ ...settings, durationS: 0.5 });
    assert.ok(!args.some((arg) => /0\.5/.test(arg)), `${id} ${args.join(' ')}`);
    assert.deepEqual(args, tool(id).args({ ...settings, durationS: 1 }), id);
  }
});
