/** The fast way through a response must say exactly what the slow one does, wherever reads are cut. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KnownHead, ResponseReader } from '../../../clients/qps/response-reader.js';
import { WireError } from '../../../contract/wire/errors.js';

type Seen = [status: number, keepAlive: boolean][];

const buffer = Buffer.from(new ArrayBuffer(64 * 1024));

/** Reads of one connection, given to a reader that shares `known`. */
function readAll(parts: readonly string[], known = new KnownHead(buffer, 1)): Seen {
  const seen: Seen = [];
  const reader = new ResponseReader(buffer, known, { onResponse: (...response) => seen.push(response) > 0 });
  for (const part of parts) reader.read(0, buffer.write(part, 'latin1'));
  return seen;
}

const hello = (date: string, extra = ''): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: ${date}\r\n${extra}Content-Length: 5\r\n\r\nhello`;

test('the same head again is recognized, and one with another date is not taken for it', () => {
  const known = new KnownHead(buffer, 1);
  readAll([hello('one')], known);
  assert.equal(known.messageBytes, hello('one').length);
  buffer.write(hello('one'), 'latin1');
  assert.ok(known.isAt(0, hello('one').length));
  buffer.write(hello('two'), 'latin1');
  assert.ok(!known.isAt(0, hello('two').length));
  assert.deepEqual(readAll([hello('one'), hello('two'), hello('two')], known), Array(3).fill([200, true]));
});

test('it is recognized wherever in the buffer it lies', () => {
  const known = new KnownHead(buffer, 1);
  readAll([hello('one')], known);
  for (const at of [1, 2, 3, 4, 4096, 8191]) {
    const end = at + buffer.write(hello('one'), at, 'latin1');
    assert.ok(known.isAt(at, end), `at ${at}`);
    assert.ok(!known.isAt(at, end - 1), 'a byte short');
    buffer.write('!', at + 40, 'latin1');
    assert.ok(!known.isAt(at, end), `at ${at}, with another byte`);
  }
});

test('a head that differs in one byte alone is parsed for what it says', () => {
  const known = new KnownHead(buffer, 1);
  readAll([hello('one')], known);
  const failed = hello('one').replace('200 OK', '500 OK');
  assert.deepEqual(readAll([failed], known), [[500, true]]);
  assert.deepEqual(readAll([hello('one').replace('Content-Length: 5', 'Content-Length: 4')], known).length, 1);
});

test('whatever the cut, the same responses are seen', () => {
  const stream = [
    hello('one'),
    hello('one'),
    'HTTP/1.1 204 No Content\r\nDate: one\r\n\r\n',
    'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
    hello('two'),
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    hello('two'),
    hello('two', 'Connection: close\r\n'),
  ].join('');
  const expected: Seen = [
    ...[200, 200, 204, 304, 200, 200, 200].map((status): [number, boolean] => [status, true]),
    [200, false],
  ];
  for (let cut = 0; cut <= stream.length; cut++) {
    // A head known beforehand must change nothing.
    const known = new KnownHead(buffer, 1);
    readAll([hello('two')], known);
    assert.deepEqual(
      readAll([stream.slice(0, cut), stream.slice(cut)].filter(Boolean), known),
      expected,
      `cut at ${cut}`,
    );
  }
  assert.deepEqual(readAll([...stream]), expected, 'byte by byte');
});

test('a body that is cut does not make the next response begin inside it', () => {
  const known = new KnownHead(buffer, 1);
  readAll([hello('one')], known);
  // The second read begins with bytes that look like a whole response, but are a body.
  const nested = `HTTP/1.1 200 OK\r\nContent-Length: ${hello('one').length}\r\n\r\n`;
  assert.deepEqual(readAll([nested, hello('one'), hello('one')], known), [
    [200, true],
    [200, true],
  ]);
});

test('a length of one response that another lacks is not remembered', () => {
  const known = new KnownHead(buffer, 1);
  readAll(['HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'], known);
  assert.equal(known.messageBytes, 0);
});

test('more bytes than promised are an error, and so is anything that is not HTTP', () => {
  assert.throws(() => readAll([`${hello('one')}!`, hello('one')]), WireError);
  assert.throws(() => readAll(['+OK redis\r\n\r\n']), WireError);
});
