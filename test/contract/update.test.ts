import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatUpdate,
  maxDelayUs,
  maxSeq,
  readIntendedOffsetUs,
  readPublishDelayUs,
  readSeq,
  updateHeaderBytes,
  updatePadding,
} from '../../contract/update.js';

test('an update reads back what was written, at any offset and size', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: maxSeq }),
      fc.integer({ min: 0, max: 64 ** 6 - 1 }),
      fc.integer({ min: 0, max: maxDelayUs }),
      fc.integer({ min: updateHeaderBytes, max: 300 }),
      fc.integer({ min: 0, max: 20 }),
      (seq, intended, delay, payloadBytes, offset) => {
        const text = formatUpdate(seq, intended, delay, updatePadding(payloadBytes));
        const bytes = Buffer.from('\n'.repeat(offset) + text);
        assert.equal(bytes.length - offset, payloadBytes);
        assert.equal(readSeq(bytes, offset), seq);
        assert.equal(readIntendedOffsetUs(bytes, offset), intended);
        assert.equal(readPublishDelayUs(bytes, offset), delay);
      },
    ),
  );
});

test('an update needs no escaping in JSON', () => {
  const text = formatUpdate(maxSeq, 123, 456, updatePadding(200));
  assert.equal(JSON.stringify(text), `"${text}"`);
});

test('bytes that are not an update read as -1', () => {
  assert.equal(readSeq(Buffer.from('not an update at all'), 0), -1);
  assert.equal(readSeq(Buffer.from('AB'), 0), -1);
});

test('a payload smaller than the header, or a number that does not fit, is refused', () => {
  assert.throws(() => updatePadding(updateHeaderBytes - 1), /at least 16 bytes/);
  assert.throws(() => formatUpdate(maxSeq + 1, 0, 0, ''), /does not fit/);
});

test('a publish delay too long for its digits is written as the longest', () => {
  assert.equal(readPublishDelayUs(Buffer.from(formatUpdate(1, 0, maxDelayUs + 5, '')), 0), maxDelayUs);
});
