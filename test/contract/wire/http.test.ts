import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { WireError } from '../../../contract/wire/errors.js';
import { formatGet, HttpResponseParser } from '../../../contract/wire/http.js';
import { cutsFrom, everySplit, feed } from './split.js';

interface Message {
  status: number;
  contentType: string | undefined;
  body: string;
  ended: boolean;
  keepAlive?: boolean;
}

function parse(bytes: Uint8Array, cuts: readonly number[] = [], close = false) {
  const messages: Message[] = [];
  let upgraded = '';
  const parser = new HttpResponseParser({
    onHead: (head) =>
      messages.push({ status: head.status, contentType: head.header('content-type'), body: '', ended: false }),
    onBody: (buffer, start, end) => {
      (messages.at(-1) as Message).body += buffer.toString('latin1', start, end);
    },
    onMessageEnd: (keepAlive) => Object.assign(messages.at(-1) as Message, { ended: true, keepAlive }),
    onUpgrade: (buffer, start, end) => {
      upgraded += buffer.toString('latin1', start, end);
    },
  });
  feed(parser, bytes, cuts);
  if (close) parser.end();
  return { messages, upgraded, headBytes: parser.headBytes, idle: parser.idle };
}

/** What node:http's client makes of one response. */
async function nodeReads(bytes: Uint8Array): Promise<Pick<Message, 'status' | 'contentType' | 'body'>> {
  const server = createServer((socket) => {
    socket.once('data', () => socket.end(bytes));
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: false });
  // What its parser refuses in a body is told to the request; the reader of the body only learns of an abort.
  let refusal: Error | undefined;
  request.on('error', (error) => {
    refusal = error;
  });
  try {
    const [response] = await once(request, 'response');
    let body = '';
    for await (const part of response.setEncoding('latin1')) body += part;
    return { status: response.statusCode, contentType: response.headers['content-type'], body };
  } catch (error) {
    throw refusal ?? error;
  } finally {
    request.destroy();
    server.close();
  }
}

const responses: Record<string, string> = {
  'content-length': 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n["a"]',
  'an empty body': 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  'no reason phrase': 'HTTP/1.1 404 \r\ncontent-length: 2\r\n\r\nno',
  chunked: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n',
  'upper-case and padded chunk sizes':
    'HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n00A\r\n0123456789\r\n0\r\n\r\n',
  'chunk extensions': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;name="v;1"\r\nhello\r\n0;last\r\n\r\n',
  trailers: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 1\r\nX-Other: 2\r\n\r\n',
  'no content': 'HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n',
  'not modified, with a length that no body follows':
    'HTTP/1.1 304 Not Modified\r\nETag: "3"\r\nContent-Length: 99\r\n\r\n',
  'an informational response first':
    'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'the end of the connection as the end of the body':
    'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil it closes',
  'HTTP/1.0': 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'spaces around a value': 'HTTP/1.1 200 OK\r\nContent-Type:   text/plain  \r\nContent-Length:\t2 \r\n\r\nok',
};

for (const [name, text] of Object.entries(responses))
  test(`${name}: as node:http reads it, cut anywhere`, async () => {
    const bytes = Buffer.from(text, 'latin1');
    const expected = await nodeReads(bytes);
    for (const cuts of everySplit(bytes.length)) {
      const { messages } = parse(bytes, cuts, true);
      const [{ status, contentType, body, ended }] = messages as [Message];
      assert.deepEqual({ status, contentType, body }, expected, `cut at ${cuts}`);
      assert.ok(ended);
      assert.equal(messages.length, 1);
    }
  });

test('responses back to back are told apart, and every byte of their heads is counted', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n';
  const bytes = Buffer.from(`${head}one${head}two${head}3!!`);
  for (const cuts of everySplit(bytes.length)) {
    const { messages, headBytes, idle } = parse(bytes, cuts);
    assert.deepEqual(
      messages.map(({ body }) => body),
      ['one', 'two', '3!!'],
    );
    assert.deepEqual([headBytes, idle], [3 * head.length, true]);
  }
});

test('a response without body leaves the connection to the next one', () => {
  const bytes = Buffer.from(
    'HTTP/1.1 304 Not Modified\r\nETag: "3"\r\n\r\nHTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n' +
      'HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n' +
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  );
  for (const cuts of everySplit(bytes.length))
    assert.deepEqual(
      parse(bytes, cuts).messages.map(({ status, body, keepAlive }) => [status, body, keepAlive]),
      [
        [304, '', true],
        [304, '', true],
        [204, '', true],
        [204, '', true],
        [200, 'ok', true],
      ],
    );
});

test('keep-alive follows version and Connection', () => {
  const keepAlive = (start: string, connection: string) =>
    parse(Buffer.from(`${start} 200 OK\r\n${connection}Content-Length: 0\r\n\r\n`)).messages[0]?.keepAlive;
  assert.equal(keepAlive('HTTP/1.1', ''), true);
  assert.equal(keepAlive('HTTP/1.1', 'Connection: close\r\n'), false);
  assert.equal(keepAlive('HTTP/1.1', 'Connection: x, Close\r\n'), false);
  assert.equal(keepAlive('HTTP/1.1', 'Connection: close\r\nConnection: keep-alive\r\n'), false);
  assert.equal(keepAlive('HTTP/1.1', 'Connection: keep-alive, close\r\n'), false);
  assert.equal(keepAlive('HTTP/1.1', 'Connection: not-close\r\n'), true);
  assert.equal(keepAlive('HTTP/1.0', ''), false);
  assert.equal(keepAlive('HTTP/1.0', 'connection: Keep-Alive\r\n'), true);
});

test('after 101 the bytes are another protocol’s', () => {
  const bytes = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x02hi', 'latin1');
  for (const cuts of everySplit(bytes.length)) assert.equal(parse(bytes, cuts).upgraded, '\x81\x02hi');
});

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const refused: Record<string, [string, string]> = {
  'another protocol': ['SMTP 220 hello\r\n\r\n', 'malformed'],
  'HTTP/2.0': ['HTTP/2.0 200 OK\r\n\r\n', 'malformed'],
  'a status of letters': ['HTTP/1.1 2x0 OK\r\n\r\n', 'malformed'],
  'a status of four digits': ['HTTP/1.1 2000 OK\r\n\r\n', 'malformed'],
  'a bare line feed': ['HTTP/1.1 200 OK\n\n', 'malformed'],
  'a bare carriage return': ['HTTP/1.1 200 OK\rX: y\r\n\r\n', 'malformed'],
  'a line without colon': ['HTTP/1.1 200 OK\r\nnonsense\r\n\r\n', 'malformed'],
  'a space before the colon': ['HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok', 'malformed'],
  'a tab before the colon': ['HTTP/1.1 200 OK\r\nContent-Length\t: 2\r\n\r\nok', 'malformed'],
  'a space inside a name': ['HTTP/1.1 200 OK\r\nX Y: 2\r\n\r\n', 'malformed'],
  'a name of no bytes': ['HTTP/1.1 200 OK\r\n: 2\r\n\r\n', 'malformed'],
  'a NUL in a value': ['HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n', 'malformed'],
  'a folded line': ['HTTP/1.1 200 OK\r\nA: b\r\n c: d\r\n\r\n', 'malformed'],
  'a length that is no number': ['HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n', 'malformed'],
  'a negative length': ['HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', 'malformed'],
  'two lengths': ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 'malformed'],
  'both framings': ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 'malformed'],
  'a coding nobody asked for': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n', 'unexpected'],
  'a chunk size that is no hex': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n', 'malformed'],
  'an empty chunk size': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n', 'malformed'],
  'a chunk longer than it says': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n', 'malformed'],
  'an immense chunk size': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n', 'too-large'],
  'an endless head': [`HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(5000)}`, 'too-large'],
  'an endless trailer': [
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${'X: y\r\n'.repeat(5000)}`,
    'too-large',
  ],
  'junk behind a chunk size': [`${chunked}2 zz\r\nhi\r\n`, 'malformed'],
  'a blank behind a chunk size': [`${chunked}2 \r\nhi\r\n`, 'malformed'],
  'a NUL in a chunk extension': [`${chunked}2;a\0\r\nhi\r\n`, 'malformed'],
  'a line feed in a chunk extension': [`${chunked}2;a\nhi\r\n`, 'malformed'],
  'chunked twice': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n', 'malformed'],
  'a trailer ended by a bare line feed': [`${chunked}0\r\n\n`, 'malformed'],
  'a trailer line ended by a bare line feed': [`${chunked}0\r\nX: y\n\r\n`, 'malformed'],
  'two carriage returns after the last chunk': [`${chunked}0\r\n\r\r\n`, 'malformed'],
  'a carriage return inside a trailer': [`${chunked}0\r\nX: a\rb\r\n\r\n`, 'malformed'],
  'a trailer without colon': [`${chunked}0\r\nnonsense\r\n\r\n`, 'malformed'],
  'bytes after the last response': [
    'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\nmore',
    'unexpected',
  ],
};
for (const [name, [text, kind]] of Object.entries(refused))
  test(`${name} is refused, cut or whole`, () => {
    const bytes = Buffer.from(text, 'latin1');
    for (const cuts of bytes.length > 1000 ? [[], [700], [20, 9000]] : everySplit(bytes.length))
      assert.throws(() => parse(bytes, cuts), { name: 'WireError', kind }, `cut at ${cuts}`);
  });

/** Refused here and not by node:http's parser, which must get along with servers that it does not know. */
const nodeIsLenient = [
  'HTTP/2.0',
  'a coding nobody asked for',
  'chunked twice',
  'bytes after the last response',
  // It takes sizes up to 2⁶⁴ − 1.
  'an immense chunk size',
  // It counts names and values only, of which these have few bytes.
  'an endless head',
  'an endless trailer',
];
test('node:http refuses what is refused here, but for what is listed', async () => {
  const readByNode: string[] = [];
  for (const [name, [text]] of Object.entries(refused))
    await nodeReads(Buffer.from(text, 'latin1')).then(
      () => readByNode.push(name),
      // Any other error, such as of a response that stops half-way, is not a refusal.
      (error) => error.code?.startsWith('HPE_') || readByNode.push(name),
    );
  // A newer Node may refuse more of them.
  assert.deepEqual(
    readByNode.filter((name) => !nodeIsLenient.includes(name)),
    [],
  );
});

test('a connection that ends inside a response is truncated; between two it is not', () => {
  for (const text of [
    'HTTP/1.1 200',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n',
  ])
    assert.throws(() => parse(Buffer.from(text), [], true), { kind: 'truncated' });
  parse(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), [], true);
  parse(Buffer.from(''), [], true);
});

test('any bodies in any chunks come back from any cuts', () => {
  const body = fc.array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 5 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(body, fc.boolean()), { maxLength: 4 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      (bodies, numbers) => {
        const text = bodies
          .map(([parts, chunked]) => {
            const encoded = parts.map((part) => Buffer.from(part).toString('latin1'));
            return chunked
              ? `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${encoded.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`
              : `HTTP/1.1 200 OK\r\nContent-Length: ${encoded.join('').length}\r\n\r\n${encoded.join('')}`;
          })
          .join('');
        const bytes = Buffer.from(text, 'latin1');
        const { messages, idle } = parse(bytes, cutsFrom(numbers, bytes.length));
        assert.deepEqual(
          messages.map((message) => message.body),
          bodies.map(([parts]) => Buffer.from(parts.join('')).toString('latin1')),
        );
        assert.ok(idle);
      },
    ),
    { numRuns: 500 },
  );
});

test('random bytes never throw anything but a WireError, and cuts do not change the outcome', () => {
  const piece = fc.constantFrom(
    'HTTP/1.1 200 OK\r\n',
    'Content-Length: 3\r\n',
    'Transfer-Encoding: chunked\r\n',
    '\r\n',
    '\r',
    '\n',
    '3',
    'abc',
    ':',
    ' ',
    '0\r\n\r\n',
    '\u0000',
  );
  const outcome = (bytes: Buffer, cuts: number[]) => {
    try {
      return JSON.stringify(parse(bytes, cuts).messages);
    } catch (error) {
      assert.ok(error instanceof WireError, String(error));
      return error.kind;
    }
  };
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), fc.array(fc.nat(), { maxLength: 6 }), (pieces, numbers) => {
      const bytes = Buffer.from(pieces.join(''), 'latin1');
      assert.equal(outcome(bytes, cutsFrom(numbers, bytes.length)), outcome(bytes, []));
    }),
    { numRuns: 2000 },
  );
});

test('a GET carries Host and what is asked for, nothing else', () => {
  assert.equal(formatGet({ path: '/p?since=1', host: 'h:1' }), 'GET /p?since=1 HTTP/1.1\r\nHost: h:1\r\n\r\n');
  assert.equal(
    formatGet({ path: '/', host: 'h', headers: { 'If-None-Match': '"3"' } }),
    'GET / HTTP/1.1\r\nHost: h\r\nIf-None-Match: "3"\r\n\r\n',
  );
});
