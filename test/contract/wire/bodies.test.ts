/** NDJSON lines and polling arrays against JSON.parse. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatUpdate, updatePadding } from '../../../contract/update.js';
import { WireError } from '../../../contract/wire/errors.js';
import { formatNdjsonUpdate, LineParser } from '../../../contract/wire/ndjson.js';
import { formatUpdateArray, UpdateArrayParser } from '../../../contract/wire/update-array.js';
import { cutsFrom, everySplit, feed } from './split.js';

const updates = [20, 16, 70].map((bytes, i) => formatUpdate(i + 1, i * 1000, i, updatePadding(bytes)));

function parseArray(text: string, cuts: readonly number[] = [], maxUpdateBytes?: number): string[] {
  const found: string[] = [];
  const parser = new UpdateArrayParser(
    (buffer, start, end) => found.push(buffer.toString('latin1', start, end)),
    maxUpdateBytes,
  );
  feed(parser, Buffer.from(text), cuts);
  parser.end();
  return found;
}

function parseLines(text: string, cuts: readonly number[] = [], maxLineBytes?: number): string[] {
  const found: string[] = [];
  const parser = new LineParser((buffer, start, end) => found.push(buffer.toString('utf8', start, end)), maxLineBytes);
  feed(parser, Buffer.from(text), cuts);
  return found;
}

test('an update array is JSON, and comes back from any cut', () => {
  for (const some of [[], updates.slice(0, 1), updates]) {
    const text = formatUpdateArray(some);
    assert.deepEqual(JSON.parse(text), some);
    for (const cuts of everySplit(text.length)) assert.deepEqual(parseArray(text, cuts), some);
  }
});

test('a parser of arrays is ready for the next body, after a whole one or a broken one', () => {
  const found: string[] = [];
  const parser = new UpdateArrayParser((buffer, start, end) => found.push(buffer.toString('latin1', start, end)));
  feed(parser, Buffer.from('["a"]'), []);
  parser.end();
  feed(parser, Buffer.from('["half'), []);
  assert.throws(() => parser.end(), { name: 'WireError', kind: 'truncated' });
  feed(parser, Buffer.from('["b"]'), []);
  parser.end();
  assert.deepEqual(found, ['a', 'b']);
});

test('what is no array of updates is refused', () => {
  for (const text of ['{}', '"a"', '[1]', '["a",]', '["a"', '["a"]x', '["a""b"]', '[,"a"]', '["a\\n"]', '', '[[]]'])
    for (const cuts of everySplit(text.length)) assert.throws(() => parseArray(text, cuts), WireError, text);
  assert.throws(() => parseArray('["aaaaaaaaaaaa"]', [8], 5), { kind: 'too-large' });
});

test('a line is JSON, and comes back from any cut; CRLF ends it too, and empty lines mean nothing', () => {
  const text = updates.map(formatNdjsonUpdate).join('');
  for (const cuts of everySplit(text.length))
    assert.deepEqual(
      parseLines(text, cuts).map((line) => JSON.parse(line)),
      updates,
    );
  const crlf = '\r\n"a"\r\n\n"b"\n\r\n';
  for (const cuts of everySplit(crlf.length)) assert.deepEqual(parseLines(crlf, cuts), ['"a"', '"b"']);
});

test('what is taken for an array is one to JSON.parse too, with the same strings', () => {
  const piece = fc.constantFrom('[', ']', '"', ',', '["', '","', '"]', 'a', 'bc', '\\', '\n', '\0', '\x1f', ' ', '1');
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 6 }).chain((pieces) => fc.constantFrom(pieces.join(''), `["${pieces.join('')}"]`)),
      fc.array(fc.nat(), { maxLength: 4 }),
      (text, numbers) => {
        let found: string[];
        try {
          found = parseArray(text, cutsFrom(numbers, text.length));
        } catch (error) {
          assert.ok(error instanceof WireError, String(error));
          return;
        }
        accepted++;
        assert.deepEqual(found, JSON.parse(text));
      },
    ),
    { numRuns: 3000 },
  );
  assert.ok(accepted > 100, `only ${accepted} texts were arrays: the property would say little`);
});

test('a limit is the same wherever the bytes are cut', () => {
  const outcome = (parse: () => string[]) => {
    try {
      return parse();
    } catch (error) {
      assert.ok(error instanceof WireError);
      return error.kind;
    }
  };
  const [array, line] = ['["12345678"]', '"345678"\n'];
  for (const cuts of everySplit(array.length)) {
    assert.deepEqual(
      outcome(() => parseArray(array, cuts, 8)),
      ['12345678'],
    );
    assert.equal(
      outcome(() => parseArray(array, cuts, 7)),
      'too-large',
      `cut at ${cuts}`,
    );
  }
  for (const cuts of everySplit(line.length)) {
    assert.deepEqual(
      outcome(() => parseLines(line, cuts, 8)),
      ['"345678"'],
    );
    assert.equal(
      outcome(() => parseLines(line, cuts, 7)),
      'too-large',
      `cut at ${cuts}`,
    );
  }
});

test('an unfinished line is pending, and a long one refused', () => {
  const parser = new LineParser(() => {}, 10);
  feed(parser, Buffer.from('"a"\n"b'), []);
  assert.equal(parser.pending, true);
  assert.throws(() => feed(parser, Buffer.from('x'.repeat(20)), []), { name: 'WireError', kind: 'too-large' });
});

test('any lines come back from any cuts', () => {
  const line = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map((text) => JSON.stringify(text));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 8 }), (lines, numbers) => {
      const text = lines.map((one) => `${one}\n`).join('');
      const bytes = Buffer.from(text);
      assert.deepEqual(parseLines(text, cutsFrom(numbers, bytes.length)), lines);
    }),
    { numRuns: 300 },
  );
});
