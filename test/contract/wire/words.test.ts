/** Looking at bytes by words, beside looking at them one by one: any bytes, anywhere in a buffer that holds others around them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { firstBelow16, isAscii, KnownBytes, longBytes } from '../../../contract/wire/words.js';

/** Bytes near the limits that are looked for are the ones that go wrong. */
const byte = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(0, 0x0a, 0x0d, 15, 16, 17, 0x7f, 0x80, 0x90, 0xff),
);
const mostlyText = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 16, max: 127 }) },
  { weight: 1, arbitrary: byte },
);
const bytes = fc.oneof(fc.array(byte, { maxLength: 70 }), fc.array(mostlyText, { maxLength: 200 }));
const before = fc.integer({ min: 0, max: 9 });

/** With bytes around it that must not count. */
function placed(content: readonly number[], start: number, around: number): Buffer {
  const buffer = Buffer.alloc(start + content.length + 20, around);
  buffer.set(content, start);
  return buffer;
}

test('whether all bytes are ASCII', () => {
  fc.assert(
    fc.property(bytes, before, (content, start) => {
      const buffer = placed(content, start, 0xff);
      assert.equal(
        isAscii(buffer, start, start + content.length),
        content.every((one) => one < 128),
      );
    }),
    { numRuns: 2000 },
  );
});

test('where the first byte below 16 is, or the end', () => {
  fc.assert(
    fc.property(bytes, before, (content, start) => {
      const buffer = placed(content, start, 0);
      const found = content.findIndex((one) => one < 16);
      assert.equal(firstBelow16(buffer, start, start + content.length), start + (found < 0 ? content.length : found));
    }),
    { numRuns: 2000 },
  );
});

test('whether bytes are those known: none other, none less, wherever they differ', () => {
  fc.assert(
    fc.property(bytes, before, fc.nat(), fc.integer({ min: 1, max: 255 }), (content, start, where, change) => {
      const known = new KnownBytes(Buffer.from(content));
      const buffer = placed(content, start, 0x41);
      const end = start + content.length;
      assert.equal(known.equals(buffer, start, end), true);
      assert.equal(known.equals(buffer, start, end + 1), false);
      if (content.length === 0) return;
      assert.equal(known.equals(buffer, start, end - 1), false);
      const at = start + (where % content.length);
      buffer[at] = (buffer[at] as number) ^ change;
      assert.equal(known.equals(buffer, start, end), false);
    }),
    { numRuns: 2000 },
  );
});

test('words that are no number, or either zero, are told apart by their bytes', () => {
  for (const word of [
    [0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0x80],
    [1, 0, 0, 0, 0, 0, 0xf8, 0x7f],
    [2, 0, 0, 0, 0, 0, 0xf8, 0x7f],
  ]) {
    const known = new KnownBytes(Buffer.from(word));
    for (const other of [
      [0, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0, 0x80],
      [1, 0, 0, 0, 0, 0, 0xf8, 0x7f],
    ])
      assert.equal(
        known.equals(Buffer.from(other), 0, 8),
        word.every((one, i) => one === other[i]),
      );
  }
});

test('of more bytes than a loop is good for it is the same', () => {
  const content = Buffer.alloc(longBytes + 9, 'pushlab');
  const known = new KnownBytes(content);
  const other = Buffer.from(content);
  assert.equal(known.equals(other, 0, other.length), true);
  other[other.length - 1] = 0;
  assert.equal(known.equals(other, 0, other.length), false);
});

test('another buffer is looked at, not the last one again', () => {
  const [text, other] = [Buffer.from('text of one buffer'), Buffer.from('te\nt of another')];
  for (let turn = 0; turn < 2; turn++) {
    assert.equal(firstBelow16(text, 0, text.length), text.length);
    assert.equal(firstBelow16(other, 0, other.length), 2);
  }
});
