/**
 * npm run bench:codec: what it costs to encode and to parse one update, own codec against a well-kept library
 * on the same bytes. `pushlab report` shows the result beside a run.
 *
 * What can fool it: the JIT lifting a loop whose result nobody uses (every task returns a checksum that is
 * compared before measuring), garbage collection (a batch of updates per call, medians not means), and a cold
 * function (tinybench warms up). It says what a codec costs alone; in a run, system calls cost far more.
 * Libraries do more than ours: eventsource-parser takes decoded text, JSON.parse builds strings, ws runs as a
 * stream. That is what using them would cost here, not a race of equals.
 */
import { parseArgs } from 'node:util';
import { createParser } from 'eventsource-parser';
import { Bench } from 'tinybench';
import * as wsModule from 'ws';
import { wallClockMs } from '../../contract/clock.js';
import { formatUpdate, readSeq, updatePadding } from '../../contract/update.js';
import { HttpResponseParser } from '../../contract/wire/http.js';
import { formatNdjsonUpdate, LineParser } from '../../contract/wire/ndjson.js';
import { formatSseUpdate, SseParser } from '../../contract/wire/sse.js';
import { formatUpdateArray, UpdateArrayParser } from '../../contract/wire/update-array.js';
import { WebSocketParser } from '../../contract/wire/websocket.js';
import { displayPath, writeCodecBench } from '../files.js';
import type { CodecBench } from '../model.js';
import { formatTable } from '../table.js';

/** Updates per call: enough that the call itself does not count, few enough to stay in the cache. */
const batch = 100;
const payloadBytes = 128;
const padding = updatePadding(payloadBytes);
const updates = Array.from({ length: batch }, (_, i) => formatUpdate(i + 1, i * 1000, 500, padding));
const expectedSum = (batch * (batch + 1)) / 2;

interface Case {
  readonly codec: string;
  readonly operation: 'encode' | 'parse';
  readonly implementation: string;
  /** Handles one batch; the sum of all sequence numbers parsed, or of bytes made. */
  run(): number;
}

const { timeMs } = options();
const bench = new Bench({ time: timeMs, warmupTime: timeMs / 4 });
const cases = allCases();
for (const one of cases) {
  if (one.operation === 'parse' && one.run() !== expectedSum)
    throw new Error(`${one.codec}, ${one.implementation}: parsed other updates than were encoded`);
  bench.add(nameOf(one), () => {
    if (one.run() < 0) throw new Error('never: keeps the result in use');
  });
}
await bench.run();

const result: CodecBench = {
  createdAt: new Date(wallClockMs()).toISOString(),
  node: process.versions.node,
  rows: cases.map((one) => {
    const measured = bench.getTask(nameOf(one))?.result;
    if (measured?.state !== 'completed') throw new Error(`${nameOf(one)} was not measured: ${measured?.state}`);
    const { p50, rme } = measured.latency;
    return {
      codec: one.codec,
      operation: one.operation,
      implementation: one.implementation,
      nsPerUpdate: (p50 * 1e6) / batch,
      marginPercent: rme,
    };
  }),
};
print(result);
console.log(`\nwritten: ${displayPath(writeCodecBench(result))}`);

function allCases(): Case[] {
  const sse = Buffer.from(updates.map((update, i) => formatSseUpdate(i + 1, update)).join(''));
  const lines = Buffer.from(updates.map(formatNdjsonUpdate).join(''));
  const array = Buffer.from(formatUpdateArray(updates));
  const single = Buffer.from(formatUpdateArray(updates.slice(0, 1)));
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sat, 31 Jan 2026 09:05:00 GMT\r\nContent-Length: ${single.length}\r\n\r\n`;
  const frames = Buffer.concat(updates.map(serverFrame));
  return [
    {
      codec: 'SSE',
      operation: 'encode',
      implementation: 'pushlab',
      run: () => total(updates, (update, i) => formatSseUpdate(i + 1, update)),
    },
    { codec: 'SSE', operation: 'parse', implementation: 'pushlab', run: ownSse(sse) },
    { codec: 'SSE', operation: 'parse', implementation: 'eventsource-parser', run: librarySse(sse) },
    { codec: 'NDJSON', operation: 'encode', implementation: 'pushlab', run: () => total(updates, formatNdjsonUpdate) },
    {
      codec: 'NDJSON',
      operation: 'encode',
      implementation: 'JSON.stringify',
      run: () => total(updates, (update) => `${JSON.stringify(update)}\n`),
    },
    { codec: 'NDJSON', operation: 'parse', implementation: 'pushlab', run: ownLines(lines) },
    {
      codec: 'NDJSON',
      operation: 'parse',
      implementation: 'split + JSON.parse',
      run: () =>
        lines
          .toString()
          .split('\n')
          .reduce((sum, line) => (line === '' ? sum : sum + seqOf(JSON.parse(line))), 0),
    },
    {
      codec: 'update array',
      operation: 'encode',
      implementation: 'pushlab',
      run: () => formatUpdateArray(updates).length,
    },
    {
      codec: 'update array',
      operation: 'encode',
      implementation: 'JSON.stringify',
      run: () => JSON.stringify(updates).length,
    },
    { codec: 'update array', operation: 'parse', implementation: 'pushlab', run: ownArray(array) },
    {
      codec: 'update array',
      operation: 'parse',
      implementation: 'JSON.parse',
      run: () => (JSON.parse(array.toString()) as string[]).reduce((sum, update) => sum + seqOf(update), 0),
    },
    { codec: 'HTTP response + array', operation: 'parse', implementation: 'pushlab', run: ownResponses(head) },
    { codec: 'WebSocket', operation: 'parse', implementation: 'pushlab', run: ownFrames(frames) },
    { codec: 'WebSocket', operation: 'parse', implementation: 'ws', run: libraryFrames(frames) },
  ];
}

function ownSse(bytes: Buffer): () => number {
  let sum = 0;
  const parser = new SseParser({
    onEvent: (_type, buffer, start) => {
      sum += readSeq(buffer, start);
    },
  });
  return () => {
    sum = 0;
    parser.push(bytes, 0, bytes.length);
    return sum;
  };
}

function librarySse(bytes: Buffer): () => number {
  let sum = 0;
  const decoder = new TextDecoder();
  const parser = createParser({
    onEvent: ({ data }) => {
      sum += seqOf(data);
    },
  });
  return () => {
    sum = 0;
    parser.feed(decoder.decode(bytes, { stream: true }));
    return sum;
  };
}

function ownLines(bytes: Buffer): () => number {
  let sum = 0;
  const parser = new LineParser((buffer, start) => {
    sum += readSeq(buffer, start + 1);
  });
  return () => {
    sum = 0;
    parser.push(bytes, 0, bytes.length);
    return sum;
  };
}

function ownArray(bytes: Buffer): () => number {
  let sum = 0;
  const parser = new UpdateArrayParser((buffer, start) => {
    sum += readSeq(buffer, start);
  });
  return () => {
    sum = 0;
    parser.push(bytes, 0, bytes.length);
    parser.end();
    return sum;
  };
}

/** One response per update, as polling gets them. Node exposes no response parser to compare with. */
function ownResponses(head: string): () => number {
  const bytes = Buffer.concat(updates.map((update) => Buffer.from(head + formatUpdateArray([update]), 'latin1')));
  let sum = 0;
  const body = new UpdateArrayParser((buffer, start) => {
    sum += readSeq(buffer, start);
  });
  const parser = new HttpResponseParser({
    onHead: () => {},
    onBody: (buffer, start, end) => body.push(buffer, start, end),
    onMessageEnd: () => body.end(),
    onUpgrade: () => {},
  });
  return () => {
    sum = 0;
    parser.push(bytes, 0, bytes.length);
    return sum;
  };
}

function ownFrames(bytes: Buffer): () => number {
  let sum = 0;
  const parser = new WebSocketParser({
    onMessage: (_isText, buffer, start) => {
      sum += readSeq(buffer, start);
    },
    onPing: () => {},
    onPong: () => {},
    onClose: () => {},
  });
  return () => {
    sum = 0;
    parser.push(bytes, 0, bytes.length);
    return sum;
  };
}

function libraryFrames(bytes: Buffer): () => number {
  // Exported by ws, and left out of its types.
  const { Receiver } = wsModule as unknown as {
    Receiver: new (
      options: object,
    ) => {
      on(event: 'message', listener: (data: Buffer) => void): void;
      _write(chunk: Buffer, encoding: string, done: () => void): void;
    };
  };
  let sum = 0;
  const receiver = new Receiver({ isServer: false, allowSynchronousEvents: true });
  receiver.on('message', (data) => {
    sum += readSeq(data, 0);
  });
  return () => {
    sum = 0;
    // Synchronous, as ws itself is called by its socket's stream.
    receiver._write(bytes, 'buffer', () => {});
    return sum;
  };
}

function serverFrame(update: string): Buffer {
  const payload = Buffer.from(update, 'latin1');
  return Buffer.concat([Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]), payload]);
}

function seqOf(update: string): number {
  return readSeq(Buffer.from(update.slice(0, 5), 'latin1'), 0);
}

function total(items: readonly string[], encode: (item: string, index: number) => string): number {
  // Into bytes, as a socket needs them.
  return Buffer.from(items.map(encode).join(''), 'latin1').length;
}

function nameOf({ codec, operation, implementation }: Case): string {
  return `${codec} ${operation} ${implementation}`;
}

function print({ rows }: CodecBench): void {
  const own = (row: CodecBench['rows'][number]) =>
    rows.find(
      (other) => other.codec === row.codec && other.operation === row.operation && other.implementation === 'pushlab',
    );
  console.log(`${batch} updates of ${payloadBytes} B per call; median over calls`);
  console.log(
    formatTable([
      ['codec', 'operation', 'implementation', 'ns/update', '± %', 'ratio to pushlab'],
      ...rows.map((row) => [
        row.codec,
        row.operation,
        row.implementation,
        row.nsPerUpdate.toFixed(0),
        row.marginPercent.toFixed(1),
        `${(row.nsPerUpdate / (own(row)?.nsPerUpdate ?? Number.NaN)).toFixed(2)}×`,
      ]),
    ]),
  );
}

function options(): { timeMs: number } {
  try {
    const { values } = parseArgs({
      options: { time: { type: 'string', default: '500' }, help: { type: 'boolean', short: 'h', default: false } },
    });
    if (values.help) {
      console.log('npm run bench:codec -- [--time 500]   ms per case');
      process.exit(0);
    }
    const timeMs = Number(values.time);
    if (!(timeMs >= 1 && timeMs <= 60_000)) throw new Error(`--time ${values.time}: must be from 1 to 60000 ms`);
    return { timeMs };
  } catch (error) {
    console.error(`bench:codec: ${(error as Error).message}`);
    process.exit(2);
  }
}
