/**
 * What bench:codec measures, as data: for each codec the same updates, the same bytes and the same way of looking
 * at the result, for ours and for a well-kept library.
 *
 * The trap is the frame around a codec. Ours parses in place out of a 64 KiB buffer that is reused, as the clients
 * use it: a parser that looks past a read pays for it there and not in a buffer of just the right size. Encoding
 * ends in bytes, since a rope of strings is not what a socket takes. And reading the sequence number out of what a
 * library hands over must not cost an allocation that would then be charged to the library.
 */
import { createParser } from 'eventsource-parser';
import * as wsModule from 'ws';
import { formatUpdate, readSeq, updatePadding } from '../../contract/update.js';
import { formatGet, HttpResponseParser } from '../../contract/wire/http.js';
import { formatNdjsonUpdate, LineParser } from '../../contract/wire/ndjson.js';
import { formatSseUpdate, SseParser } from '../../contract/wire/sse.js';
import { formatUpdateArray, UpdateArrayParser } from '../../contract/wire/update-array.js';
import { formatClientFrame, opcodes, WebSocketParser } from '../../contract/wire/websocket.js';

/** Updates per call: enough that the call itself does not count, few enough to stay in the cache. */
export const batch = 100;
export const payloadBytes = 128;
export const ownName = 'pushlab';

/** As long as the buffer the clients read into. */
const readBufferBytes = 64 * 1024;

interface Named {
  readonly codec: string;
  readonly implementation: string;
}
interface EncodeCase extends Named {
  readonly operation: 'encode';
  /** Bytes of one batch. */
  encode(): Buffer;
}
interface ParseCase extends Named {
  readonly operation: 'parse';
  /** Parses one batch; the sum of its sequence numbers. */
  parse(): number;
}
export type CodecCase = EncodeCase | ParseCase;

/** What every ParseCase must return. */
export const expectedSum = (batch * (batch + 1)) / 2;

const padding = updatePadding(payloadBytes);
const updates = Array.from({ length: batch }, (_, i) => formatUpdate(i + 1, i * 1000, 500, padding));

export function codecCases(): CodecCase[] {
  const sse = updates.map((update, i) => Buffer.from(formatSseUpdate(i + 1, update), 'latin1'));
  const lines = updates.map((update) => Buffer.from(formatNdjsonUpdate(update), 'latin1'));
  const frames = updates.map(serverFrame);
  const array = [Buffer.from(formatUpdateArray(updates), 'latin1')];
  const responses = updates.map(response);
  return [
    encode('SSE', ownName, () => joined((update, i) => formatSseUpdate(i + 1, update))),
    parse('SSE', ownName, ownSse, together(sse)),
    parse('SSE', 'eventsource-parser', librarySse, together(sse)),
    parse('SSE, one per read', ownName, ownSse, sse),
    parse('SSE, one per read', 'eventsource-parser', librarySse, sse),

    encode('NDJSON', ownName, () => joined(formatNdjsonUpdate)),
    encode('NDJSON', 'JSON.stringify', () => joined((update) => `${JSON.stringify(update)}\n`)),
    parse('NDJSON', ownName, ownLines, together(lines)),
    parse('NDJSON', 'split + JSON.parse', libraryLines, together(lines)),
    parse('NDJSON, one per read', ownName, ownLines, lines),
    parse('NDJSON, one per read', 'split + JSON.parse', libraryLines, lines),

    encode('WebSocket, client frame', ownName, ownClientFrames()),
    encode('WebSocket, client frame', 'ws', libraryClientFrames()),
    parse('WebSocket', ownName, ownFrames, together(frames)),
    parse('WebSocket', 'ws', libraryFrames, together(frames)),
    parse('WebSocket, one per read', ownName, ownFrames, frames),
    parse('WebSocket, one per read', 'ws', libraryFrames, frames),

    encode('update array', ownName, () => Buffer.from(formatUpdateArray(updates), 'latin1')),
    encode('update array', 'JSON.stringify', () => Buffer.from(JSON.stringify(updates), 'latin1')),
    parse('update array', ownName, ownArray, array),
    parse('update array', 'JSON.parse', libraryArray, array),

    // Node exposes no response parser to compare with, and no request writer.
    encode('HTTP request', ownName, () =>
      joined((_, i) => formatGet({ path: `/polling?since=${i}`, host: '127.0.0.1:8080' })),
    ),
    parse('HTTP response + array', ownName, ownResponses, together(responses)),
    parse('HTTP response + array, one per read', ownName, ownResponses, responses),
  ];
}

type Push = (buffer: Buffer, start: number, end: number) => void;
/** Makes a parser that tells each update's sequence number; returns what to push reads into. */
type MakeParser = (found: (seq: number) => void) => Push;

function encode(codec: string, implementation: string, run: () => Buffer): EncodeCase {
  return { codec, operation: 'encode', implementation, encode: run };
}

/** @param reads the bytes of a batch, as they come */
function parse(codec: string, implementation: string, make: MakeParser, reads: readonly Buffer[]): ParseCase {
  let sum = 0;
  const push = make((seq) => {
    sum += seq;
  });
  // All reads lie in one buffer, so that no copy is measured; what is behind each is another one's.
  const buffer = Buffer.alloc(Math.max(readBufferBytes, reads.reduce((bytes, read) => bytes + read.length, 0) + 1));
  const ends: number[] = [];
  let used = 0;
  for (const read of reads) {
    used += read.copy(buffer, used);
    ends.push(used);
  }
  return {
    codec,
    operation: 'parse',
    implementation,
    parse: () => {
      sum = 0;
      let start = 0;
      for (let i = 0; i < ends.length; i++) {
        const end = ends[i] as number;
        push(buffer, start, end);
        start = end;
      }
      return sum;
    },
  };
}

const ownSse: MakeParser = (found) => {
  const parser = new SseParser({ onEvent: (_type, buffer, start) => found(readSeq(buffer, start)) });
  return (buffer, start, end) => parser.push(buffer, start, end);
};

const librarySse: MakeParser = (found) => {
  const decoder = new TextDecoder();
  const parser = createParser({ onEvent: ({ data }) => found(seqOf(data, 0)) });
  return (buffer, start, end) => parser.feed(decoder.decode(buffer.subarray(start, end), { stream: true }));
};

const ownLines: MakeParser = (found) => {
  const parser = new LineParser((buffer, start) => found(readSeq(buffer, start + 1)));
  return (buffer, start, end) => parser.push(buffer, start, end);
};

const libraryLines: MakeParser = (found) => {
  const decoder = new TextDecoder();
  let rest = '';
  return (buffer, start, end) => {
    const parts = (rest + decoder.decode(buffer.subarray(start, end), { stream: true })).split('\n');
    rest = parts.pop() as string;
    for (const line of parts) found(seqOf(JSON.parse(line), 0));
  };
};

const ownArray: MakeParser = (found) => {
  const parser = new UpdateArrayParser((buffer, start) => found(readSeq(buffer, start)));
  return (buffer, start, end) => {
    parser.push(buffer, start, end);
    parser.end();
  };
};

const libraryArray: MakeParser = (found) => (buffer, start, end) => {
  for (const update of JSON.parse(buffer.toString('latin1', start, end)) as string[]) found(seqOf(update, 0));
};

/** One response per update, as polling gets them. */
const ownResponses: MakeParser = (found) => {
  const body = new UpdateArrayParser((buffer, start) => found(readSeq(buffer, start)));
  const parser = new HttpResponseParser({
    onHead: () => {},
    onBody: (buffer, start, end) => body.push(buffer, start, end),
    onMessageEnd: () => body.end(),
    onUpgrade: () => {},
  });
  return (buffer, start, end) => parser.push(buffer, start, end);
};

const ownFrames: MakeParser = (found) => {
  const parser = new WebSocketParser({
    onMessage: (_isText, buffer, start) => found(readSeq(buffer, start)),
    onPing: () => {},
    onPong: () => {},
    onClose: () => {},
  });
  return (buffer, start, end) => parser.push(buffer, start, end);
};

/** Both are exported by ws, and left out of its types. */
const { Receiver, Sender } = wsModule as unknown as {
  readonly Receiver: new (options: {
    isServer: boolean;
    allowSynchronousEvents: boolean;
  }) => {
    on(event: 'message', listener: (data: Buffer) => void): void;
    _write(chunk: Buffer, encoding: string, done: () => void): void;
  };
  readonly Sender: { frame(data: Buffer, options: object): Buffer[] };
};

const libraryFrames: MakeParser = (found) => {
  const receiver = new Receiver({ isServer: false, allowSynchronousEvents: true });
  receiver.on('message', (data) => found(readSeq(data, 0)));
  const done = () => {};
  // Its _write is called directly: what a stream costs around it is not the codec's.
  return (buffer, start, end) => receiver._write(buffer.subarray(start, end), 'buffer', done);
};

const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);

function ownClientFrames(): () => Buffer {
  const payloads = updates.map((update) => Buffer.from(update, 'latin1'));
  return () => Buffer.concat(payloads.map((payload) => formatClientFrame(opcodes.text, payload, mask)));
}

function libraryClientFrames(): () => Buffer {
  const payloads = updates.map((update) => Buffer.from(update, 'latin1'));
  // readOnly: the payload is not masked in place, and comes back in one piece with its head, as ours does.
  const generateMask = (target: Buffer) => target.set(mask);
  const options = { fin: true, rsv1: false, opcode: opcodes.text, mask: true, readOnly: true, generateMask };
  return () => Buffer.concat(payloads.flatMap((payload) => Sender.frame(payload, options)));
}

/** What a server sends: unmasked. */
function serverFrame(update: string): Buffer {
  const payload = Buffer.from(update, 'latin1');
  return Buffer.concat([Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]), payload]);
}

function response(update: string): Buffer {
  const body = formatUpdateArray([update]);
  return Buffer.from(
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sat, 31 Jan 2026 09:05:00 GMT\r\n' +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
    'latin1',
  );
}

function together(reads: readonly Buffer[]): Buffer[] {
  return [Buffer.concat(reads)];
}

function joined(format: (update: string, index: number) => string): Buffer {
  let text = '';
  for (let i = 0; i < updates.length; i++) text += format(updates[i] as string, i);
  return Buffer.from(text, 'latin1');
}

const seqBytes = Buffer.alloc(5);
/** readSeq for text. */
function seqOf(text: string, start: number): number {
  for (let i = 0; i < seqBytes.length; i++) seqBytes[i] = text.charCodeAt(start + i);
  return readSeq(seqBytes, 0);
}
