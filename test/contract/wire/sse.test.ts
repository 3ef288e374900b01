import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import {
  formatSseComment,
  formatSseEvent,
  formatSseRetry,
  formatSseUpdate,
  SseParser,
} from '../../../contract/wire/sse.js';
import { cutsFrom, everySplit, feed } from './split.js';

interface Seen {
  events: { type: string; data: string; id: string }[];
  comments: number;
  reconnectMs: number | null;
  lastEventId: string;
}

function parse(bytes: Uint8Array, cuts: readonly number[] = []): Seen {
  const seen: Seen = { events: [], comments: 0, reconnectMs: null, lastEventId: '' };
  const parser = new SseParser({
    onEvent: (type, buffer, start, end) =>
      seen.events.push({ type, data: buffer.toString('utf8', start, end), id: parser.lastEventId }),
    onComment: () => {
      seen.comments++;
    },
  });
  feed(parser, bytes, cuts);
  seen.reconnectMs = parser.reconnectMs;
  seen.lastEventId = parser.lastEventId;
  return seen;
}

/** What eventsource-parser makes of the same bytes, in the same shape. */
function oracle(bytes: Uint8Array): Pick<Seen, 'events' | 'comments' | 'reconnectMs'> {
  const seen = { events: [] as Seen['events'], comments: 0, reconnectMs: null as number | null };
  let lastId = '';
  const parser = createParser({
    onEvent: ({ event, data, id }) => {
      // It reports the id of each event; the standard keeps the last one.
      if (id !== undefined) lastId = id;
      seen.events.push({ type: event || 'message', data, id: lastId });
    },
    onComment: () => {
      seen.comments++;
    },
    onRetry: (ms) => {
      seen.reconnectMs = ms;
    },
    onError: () => {},
  });
  parser.feed(new TextDecoder().decode(bytes));
  return seen;
}

/**
 * The standard's own algorithm (WHATWG HTML, 9.2.5 and 9.2.6), on the whole text at once: where the library
 * differs, this is the oracle.
 */
function standard(bytes: Uint8Array): Seen {
  const seen: Seen = { events: [], comments: 0, reconnectMs: null, lastEventId: '' };
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/);
  // What is behind the last line end is no line yet.
  lines.pop();
  let [data, type, id] = ['', '', ''];
  for (const line of lines) {
    const [, field, value = ''] = /^([^:]*)(?::[ ]?(.*))?$/s.exec(line) as RegExpExecArray;
    if (line === '') {
      seen.lastEventId = id;
      if (data !== '') seen.events.push({ type: type || 'message', data: data.slice(0, -1), id });
      [data, type] = ['', ''];
    } else if (field === '') seen.comments++;
    else if (field === 'event') type = value;
    else if (field === 'data') data += `${value}\n`;
    else if (field === 'id' && !value.includes('\0')) id = value;
    else if (field === 'retry' && /^[0-9]+$/.test(value)) seen.reconnectMs = Number(value);
  }
  return seen;
}

const streams: Record<string, string> = {
  'one event': 'data: hello\n\n',
  'several data lines': 'data: a\ndata: b\ndata:c\n\n',
  'CR line ends': 'data: a\rdata: b\r\rdata: c\r\r:end\n',
  'CRLF line ends': 'id: 1\r\nevent: tick\r\ndata: a\r\n\r\ndata: b\r\n\r\n',
  'mixed line ends': 'data: a\r\n\ndata: b\r\rdata: c\n\r\n',
  'fields of all kinds': ': comment\nretry: 1500\nid: 7\nevent: tick\ndata: x\nunknown: y\nnocolon\n\n',
  'an event type is for one event': 'event: a\ndata: 1\n\ndata: 2\n\n',
  'an id stays': 'id: 5\ndata: 1\n\ndata: 2\n\n',
  'an empty id clears': 'id: 5\ndata: 1\n\nid\ndata: 2\n\n',
  'an id with NUL is ignored': 'id: 5\ndata: 1\n\nid: 6\u0000\ndata: 2\n\n',
  'retry of other than digits is ignored': 'retry: 10\nretry: 1x\nretry: -5\nretry:\ndata: 1\n\n',
  'one space after the colon goes': 'data:  two\ndata:\ttab\ndata:none\n\n',
  'no data, no event': 'event: x\n\ndata: y\n\n',
  'an unfinished event is dropped': 'data: whole\n\ndata: half\n',
  comments: ':\n\n: ping\n\n:keep\ndata: a\n\n',
  'our own frames': formatSseRetry(3000) + formatSseUpdate(1, 'AAAA') + formatSseComment() + formatSseUpdate(2, 'BBBB'),
  'UTF-8': 'data: Grüße, 世界 🚀\n\nevent: märz\ndata: x\n\n',
  'colons in values': 'data: a:b: c\n\n',
};

for (const [name, text] of Object.entries(streams))
  test(`${name}: as eventsource-parser reads it, cut anywhere`, () => {
    const bytes = Buffer.from(text);
    const expected = oracle(bytes);
    for (const cuts of everySplit(bytes.length)) {
      const { events, comments, reconnectMs } = parse(bytes, cuts);
      assert.deepEqual({ events, comments, reconnectMs }, expected, `cut at ${cuts}`);
    }
    assert.deepEqual(parse(bytes), standard(bytes), 'as the standard has it');
  });

test('a data field without value makes an event of empty data (WHATWG, 9.2.6)', () => {
  for (const cuts of everySplit(6))
    assert.deepEqual(parse(Buffer.from('data\n\n'), cuts).events, [{ type: 'message', data: '', id: '' }]);
  assert.deepEqual(parse(Buffer.from('data\ndata\n\n')).events[0]?.data, '\n');
});

test('a line that ends in CR has ended: its event does not wait for what comes next', () => {
  // eventsource-parser holds it back until it sees that no LF follows; that would be latency.
  for (const cuts of everySplit(9)) assert.equal(parse(Buffer.from('data: a\r\r'), cuts).events.length, 1);
});

test('one byte order mark at the very start is not part of the first line, wherever it is cut', () => {
  const bytes = Buffer.from('\ufeffdata: a\n\n\ufeffdata: b\n\n');
  for (const cuts of everySplit(bytes.length))
    assert.deepEqual(
      parse(bytes, cuts).events.map(({ data }) => data),
      ['a'],
    );
  // Half a mark is the beginning of an unknown field.
  const half = Buffer.concat([Buffer.from([0xef, 0xbb]), Buffer.from('data: a\n\ndata: b\n\n')]);
  for (const cuts of everySplit(half.length))
    assert.deepEqual(
      parse(half, cuts).events.map(({ data }) => data),
      ['b'],
    );
});

test('reset begins a new connection: the half event goes, id and retry stay', () => {
  const data: string[] = [];
  const parser = new SseParser({
    onEvent: (_type, buffer, start, end) => data.push(buffer.toString('utf8', start, end)),
  });
  feed(parser, Buffer.from('retry: 20\nid: 4\ndata: a\n\nevent: x\ndata: half\ndata: ha'), []);
  parser.reset();
  feed(parser, Buffer.from('\ufeffdata: b\n\n'), []);
  assert.deepEqual(data, ['a', 'b']);
  assert.deepEqual([parser.lastEventId, parser.reconnectMs], ['4', 20]);
});

// eventsource-parser gives an id to the event it stands in; the standard keeps it for what follows (9.2.6).
test('an id is remembered even by an event without data', () => {
  assert.equal(parse(Buffer.from('id: 9\n\n')).lastEventId, '9');
  assert.equal(parse(Buffer.from('id: 9\n')).lastEventId, '', 'but not before the event ends');
});

test('an id comes back as it was written, whether or not it is a number', () => {
  for (const id of ['0', '7', '007', '-1', '1e3', '999999999999999', '1234567890123456789', 'α-7', ' 7'])
    assert.equal(parse(Buffer.from(`id: ${id}\ndata: x\n\n`)).events[0]?.id, id);
  const ids = parse(Buffer.from('id: a\ndata: 1\n\nid: 5\ndata: 2\n\nid: b\ndata: 3\n\ndata: 4\n\n')).events.map(
    ({ id }) => id,
  );
  assert.deepEqual(ids, ['a', '5', 'b', 'b']);
});

test('lines and events are limited', () => {
  const limited = () => new SseParser({ onEvent: () => {} }, { maxEventBytes: 10 });
  assert.throws(() => feed(limited(), Buffer.from('data: aaaaaaaaaaaaaaa'), [8]), {
    name: 'WireError',
    kind: 'too-large',
  });
  assert.throws(() => feed(limited(), Buffer.from('data: aaaa\ndata: bbbb\ndata: cccc\n\n'), []), {
    kind: 'too-large',
  });
});

test('a limit is the same wherever the bytes are cut', () => {
  const count = (text: string, maxEventBytes: number, cuts: number[]) => {
    let events = 0;
    feed(new SseParser({ onEvent: () => events++ }, { maxEventBytes }), Buffer.from(text), cuts);
    return events;
  };
  // A line of 10 bytes; data of 9 bytes in lines of 10.
  for (const [text, largest] of [
    ['data: 6789\n\n', 10],
    ['data: abcd\ndata: efgh\n\n', 10],
  ] as const)
    for (const cuts of everySplit(text.length)) {
      assert.equal(count(text, largest, cuts), 1, `cut at ${cuts}`);
      assert.throws(() => count(text, largest - 1, cuts), { kind: 'too-large' }, `cut at ${cuts}`);
    }
  const lines = 'data: ab\ndata: cd\ndata: efg\n\n';
  for (const cuts of everySplit(lines.length)) {
    assert.equal(count(lines, 9, cuts), 1, `cut at ${cuts}`);
    assert.throws(() => count(`data:x\n${lines}`, 9, cuts), { kind: 'too-large' }, `cut at ${cuts}`);
  }
});

test('a line break cannot be smuggled into a field', () => {
  assert.throws(() => formatSseEvent({ event: 'a\ndata: x', data: '' }), RangeError);
  assert.throws(() => formatSseEvent({ id: 'a\rb', data: '' }), RangeError);
});

test('any events come back from any cuts', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[\r\n\0\ufeff]/g, ''));
  const event = fc.record({
    event: fc.option(
      line.filter((text) => text !== ''),
      { nil: undefined },
    ),
    id: fc.option(line, { nil: undefined }),
    data: fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 8 }), (events, numbers) => {
      const text = events
        .map(({ event, id, data }) =>
          formatSseEvent({ data, ...(event === undefined ? {} : { event }), ...(id === undefined ? {} : { id }) }),
        )
        .join('');
      const bytes = Buffer.from(text);
      const seen = parse(bytes, cutsFrom(numbers, bytes.length)).events;
      let id = '';
      assert.deepEqual(
        seen,
        events.map((made) => {
          id = made.id ?? id;
          return { type: made.event ?? 'message', data: made.data, id };
        }),
      );
    }),
    { numRuns: 500 },
  );
});

test('any bytes are read as the standard has it, however they are cut', () => {
  const piece = fc.constantFrom(
    'data',
    'id',
    'event',
    'retry',
    ':',
    ': ',
    ' ',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    'a',
    '1',
    '\0',
    'ü',
    '\t',
    '\ufeff',
    'data: a line longer than what is looked at byte by byte',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(), { maxLength: 8 }), (pieces, numbers) => {
      const bytes = Buffer.from(pieces.join(''));
      assert.deepEqual(parse(bytes, cutsFrom(numbers, bytes.length)), standard(bytes));
    }),
    { numRuns: 3000 },
  );
});
