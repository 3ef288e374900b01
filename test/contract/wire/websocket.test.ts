import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Duplex, type Writable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import * as wsModule from 'ws';
import { WireError } from '../../../contract/wire/errors.js';
import {
  acceptFor,
  formatClientFrame,
  formatUpgrade,
  opcodes,
  WebSocketParser,
} from '../../../contract/wire/websocket.js';
import { cutsFrom, everySplit, feed } from './split.js';

/** Exported by ws, and left out of its types. */
interface Sender {
  send(data: string | Buffer, options: { binary: boolean; fin: boolean; mask: boolean; compress: boolean }): void;
  ping(data: string, mask: boolean, sent: () => void): void;
  pong(data: string, mask: boolean, sent: () => void): void;
  close(code: number | undefined, reason: string, mask: boolean, sent: () => void): void;
}
const { Receiver, Sender } = wsModule as unknown as {
  Receiver: new (options: { isServer: boolean; allowSynchronousEvents?: boolean }) => Writable;
  Sender: new (socket: Duplex) => Sender;
};

type Seen = [kind: string, ...rest: (string | number)[]];

function parse(bytes: Uint8Array, cuts: readonly number[] = [], maxMessageBytes?: number): Seen[] {
  const seen: Seen[] = [];
  const text = (buffer: Buffer, start: number, end: number) => buffer.toString('latin1', start, end);
  const parser = new WebSocketParser(
    {
      onMessage: (isText, buffer, start, end) => seen.push([isText ? 'text' : 'binary', text(buffer, start, end)]),
      onPing: (buffer, start, end) => seen.push(['ping', text(buffer, start, end)]),
      onPong: (buffer, start, end) => seen.push(['pong', text(buffer, start, end)]),
      onClose: (code, reason) => seen.push(['close', code, reason]),
    },
    maxMessageBytes === undefined ? {} : { maxMessageBytes },
  );
  feed(parser, bytes, cuts);
  return seen;
}

/** What ws's own Receiver makes of the same bytes, as a client. */
async function oracle(bytes: Uint8Array): Promise<Seen[]> {
  const seen: Seen[] = [];
  const receiver = new Receiver({ isServer: false, allowSynchronousEvents: true });
  receiver.on('message', (data: Buffer, isBinary: boolean) =>
    seen.push([isBinary ? 'binary' : 'text', data.toString('latin1')]),
  );
  receiver.on('ping', (data: Buffer) => seen.push(['ping', data.toString('latin1')]));
  receiver.on('pong', (data: Buffer) => seen.push(['pong', data.toString('latin1')]));
  receiver.on('conclude', (code: number, reason: Buffer) => seen.push(['close', code, reason.toString()]));
  receiver.write(bytes);
  receiver.end();
  await once(receiver, 'finish');
  return seen;
}

/** Frames as ws's Sender writes them, unmasked as from a server. */
async function sent(send: (sender: Sender) => void): Promise<Buffer> {
  const parts: Buffer[] = [];
  const socket = new Duplex({
    read() {},
    write(part: Buffer, _encoding, done) {
      parts.push(Buffer.from(part));
      done();
    },
  });
  send(new Sender(socket));
  await new Promise((resolve) => setImmediate(resolve));
  return Buffer.concat(parts);
}

const plain = { binary: false, fin: true, mask: false, compress: false };
const conversations: Record<string, (sender: Sender) => void> = {
  'one text': (ws) => ws.send('hello', plain),
  'an empty text': (ws) => ws.send('', plain),
  binary: (ws) => ws.send(Buffer.from([0, 255, 128]), { ...plain, binary: true }),
  'every length of length': (ws) => {
    for (const length of [125, 126, 127, 200]) ws.send('x'.repeat(length), plain);
  },
  fragments: (ws) => {
    ws.send('Grü', { ...plain, fin: false });
    ws.send('ße ', { ...plain, fin: false });
    ws.send('🚀', plain);
  },
  'an empty last fragment': (ws) => {
    ws.send('a', { ...plain, fin: false });
    ws.send('', plain);
  },
  'control frames between fragments': (ws) => {
    ws.send('a', { ...plain, fin: false });
    ws.ping('ping of 1', false, () => {});
    ws.ping('ping of 2', false, () => {});
    ws.send('b', { ...plain, fin: false });
    ws.pong('pong of 1', false, () => {});
    ws.pong('pong of 2', false, () => {});
    ws.send('c', plain);
    ws.close(1001, 'going, gegangen, ушёл', false, () => {});
  },
  'a close without a code': (ws) => ws.close(undefined, '', false, () => {}),
};
for (const [name, converse] of Object.entries(conversations))
  test(`${name}: as ws reads it, cut anywhere`, async () => {
    const bytes = await sent(converse);
    const expected = await oracle(bytes);
    assert.ok(expected.length > 0);
    for (const cuts of everySplit(bytes.length)) assert.deepEqual(parse(bytes, cuts), expected, `cut at ${cuts}`);
  });

test('16- and 64-bit lengths, at their borders', async () => {
  for (const length of [65_535, 65_536, 200_000]) {
    const bytes = await sent((ws) => ws.send('y'.repeat(length), plain));
    for (const cuts of [[], [1], [2], [3], [9], [10], [11], [length], [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]])
      assert.deepEqual(parse(bytes, cuts), [['text', 'y'.repeat(length)]]);
  }
});

test('a UTF-8 character cut by fragments is one character', () => {
  const [head, tail] = [Buffer.from('🚀').subarray(0, 2), Buffer.from('🚀').subarray(2)];
  const bytes = Buffer.concat([Buffer.from([0x01, 2]), head, Buffer.from([0x80, 2]), tail]);
  for (const cuts of everySplit(bytes.length))
    assert.deepEqual(parse(bytes, cuts), [['text', Buffer.from('🚀').toString('latin1')]]);
});

const refused: Record<string, number[]> = {
  'reserved bits': [0xc1, 0x00],
  'a masked frame from a server': [0x81, 0x80, 1, 2, 3, 4],
  'an undefined opcode': [0x83, 0x00],
  'an undefined control opcode': [0x8b, 0x00],
  'a continuation of nothing': [0x80, 0x00],
  'a message inside a message': [0x01, 0x01, 0x61, 0x81, 0x01, 0x62],
  'a fragmented ping': [0x09, 0x00],
  'a long ping': [0x89, 0x7e, 0, 126],
  'a close of one byte': [0x88, 0x01, 0x03],
  'close code 999': [0x88, 0x02, 0x03, 0xe7],
  'close code 1004': [0x88, 0x02, 0x03, 0xec],
  'close code 1005': [0x88, 0x02, 0x03, 0xed],
  'close code 1006': [0x88, 0x02, 0x03, 0xee],
  'close code 1016': [0x88, 0x02, 0x03, 0xf8],
  'close code 2999': [0x88, 0x02, 0x0b, 0xb7],
  'close code 5000': [0x88, 0x02, 0x13, 0x88],
  'a close reason that is no UTF-8': [0x88, 0x03, 0x03, 0xe8, 0xff],
  'a text that is no UTF-8': [0x81, 0x01, 0xff],
  'a text that ends inside a character': [0x81, 0x02, 0xf0, 0x9f],
  'a surrogate in UTF-8': [0x81, 0x03, 0xed, 0xa0, 0x80],
};
for (const [name, octets] of Object.entries(refused))
  test(`${name} is refused as ws refuses it, cut or whole`, async () => {
    const bytes = Buffer.from(octets);
    await assert.rejects(oracle(bytes), 'ws refuses it');
    for (const cuts of everySplit(bytes.length))
      assert.throws(() => parse(bytes, cuts), { name: 'WireError', kind: 'malformed' }, `cut at ${cuts}`);
  });

test('lengths must be written as short as they can be (RFC 6455, 5.2; ws is lenient here)', () => {
  assert.throws(() => parse(Buffer.from([0x81, 126, 0, 5, 1, 2, 3, 4, 5])), { kind: 'malformed' });
  assert.throws(() => parse(Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 5, 1, 2, 3, 4, 5])), { kind: 'malformed' });
  // The longest that 7 and 16 bits hold.
  assert.throws(() => parse(Buffer.from([0x82, 126, 0, 125])), { kind: 'malformed' });
  assert.throws(() => parse(Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 0, 255, 255])), { kind: 'malformed' });
});

test('close codes that may be sent come through', () => {
  for (const code of [1000, 1003, 1007, 1011, 1012, 1013, 1014, 3000, 4999])
    assert.deepEqual(parse(Buffer.from([0x88, 2, code >> 8, code & 255])), [['close', code, '']]);
});

test('a message past the limit is refused before its bytes are here, fragments added up', () => {
  assert.throws(() => parse(Buffer.from([0x81, 11]), [], 10), { kind: 'too-large' });
  assert.throws(() => parse(Buffer.from([0x01, 6, 1, 1, 1, 1, 1, 1, 0x80, 5]), [], 10), { kind: 'too-large' });
  assert.throws(() => parse(Buffer.from([0x82, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255]), [], 10), {
    kind: 'too-large',
  });
});

test('what follows a close is discarded', () => {
  assert.deepEqual(parse(Buffer.from([0x88, 0, 0x81, 1, 0x61])), [['close', 1005, '']]);
});

test('ws takes our frames, of every length', async () => {
  for (const length of [0, 1, 125, 126, 65_535, 65_536]) {
    const payload = Buffer.alloc(length, 'm');
    const received: Buffer[] = [];
    const receiver = new Receiver({ isServer: true });
    receiver.on('message', (data: Buffer) => received.push(data));
    receiver.write(formatClientFrame(opcodes.text, payload, Buffer.from([1, 2, 3, 250])));
    receiver.end();
    await once(receiver, 'finish');
    assert.deepEqual(received, [payload]);
  }
});

test('the handshake is that of RFC 6455, with its own example', () => {
  assert.equal(acceptFor('dGhlIHNhbXBsZSBub25jZQ=='), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  const request = formatUpgrade({ path: '/websocket?since=3', host: 'h:1', key: 'k' });
  assert.equal(
    request,
    'GET /websocket?since=3 HTTP/1.1\r\nHost: h:1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: k\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
});

test('any conversation comes back from any cuts, as ws reads it', async () => {
  const message = fc.record({
    text: fc.string({ maxLength: 300 }),
    pieces: fc.integer({ min: 1, max: 3 }),
    ping: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      async (messages, numbers) => {
        const bytes = await sent((ws) => {
          for (const { text, pieces, ping } of messages) {
            const octets = Buffer.from(text);
            const size = Math.ceil(octets.length / pieces);
            for (let i = 0; i < pieces; i++) {
              ws.send(octets.subarray(i * size, (i + 1) * size), { ...plain, fin: i === pieces - 1 });
              if (ping) ws.ping(`${i}`, false, () => {});
            }
          }
        });
        assert.deepEqual(parse(bytes, cutsFrom(numbers, bytes.length)), await oracle(bytes));
      },
    ),
    { numRuns: 200 },
  );
});

test('random bytes never throw anything but a WireError, and cuts do not change the outcome', () => {
  const outcome = (bytes: Buffer, cuts: number[]) => {
    try {
      return JSON.stringify(parse(bytes, cuts, 1000));
    } catch (error) {
      assert.ok(error instanceof WireError, String(error));
      return error.kind;
    }
  };
  const octet = fc.constantFrom(0x81, 0x01, 0x80, 0x00, 0x02, 0x89, 0x88, 126, 127, 0x61, 0xff, 3, 1);
  fc.assert(
    fc.property(fc.array(octet, { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 6 }), (octets, numbers) => {
      const bytes = Buffer.from(octets);
      assert.equal(outcome(bytes, cutsFrom(numbers, bytes.length)), outcome(bytes, []));
    }),
    { numRuns: 3000 },
  );
});
