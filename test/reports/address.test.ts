/** The fragment of a report's address: what it says comes back whole, and what nobody wrote is ignored. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';

interface Address {
  readonly place: string;
  readonly kept: ReadonlyMap<string, readonly string[]>;
}

/** As the page does it: its own script. */
const script = readFileSync(new URL('../../reports/address.js', import.meta.url), 'utf8');
const { readAddress, writeAddress } = new Function(`${script}; return { readAddress, writeAddress };`)() as {
  readAddress(fragment: string): Address | null;
  writeAddress(address: Address): string;
};

test('an address reads as what it shows', () => {
  const kept = new Map([
    ['transports', ['sse', 'websocket']],
    ['clients', []],
    ['open', ['claim-A6', 'arms']],
    ['theme', ['dark']],
  ]);
  const fragment = '#decide&transports=sse,websocket&clients=&open=claim-A6,arms&theme=dark';
  assert.equal(writeAddress({ place: 'decide', kept }), fragment);
  assert.deepEqual(readAddress(fragment), { place: 'decide', kept });
});

test('nothing to say is no fragment, and a link to a place is one as anywhere', () => {
  assert.equal(writeAddress({ place: '', kept: new Map() }), '');
  assert.deepEqual(readAddress(''), { place: '', kept: new Map() });
  assert.equal(writeAddress({ place: 'claim-A6', kept: new Map() }), '#claim-A6');
  assert.deepEqual(readAddress('#claim-A6'), { place: 'claim-A6', kept: new Map() });
});

test('whatever places and names are called, they come back', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 });
  const key = fc.string({ unit: fc.constantFrom(...'abcxyz'), minLength: 1 });
  fc.assert(
    fc.property(name, fc.uniqueArray(fc.tuple(key, fc.array(name)), { selector: ([one]) => one }), (place, entries) => {
      const address = { place, kept: new Map(entries) };
      assert.deepEqual(readAddress(writeAddress(address)), address);
    }),
  );
});

for (const [what, fragment] of [
  ['an escape of no character', '#decide&transports=%E0%A4%A'],
  ['a broken escape in the place', '#%'],
  ['the same twice', '#theme=dark&theme=light'],
  ['a second place', '#decide&findings'],
  ['a part without a name', '#decide&=dark'],
  ['a name with digits or capitals', '#Theme2=dark'],
] as const)
  test(`malformed: ${what}`, () => assert.equal(readAddress(fragment), null));

test('nothing throws, whatever stands there', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      readAddress(text);
      writeAddress({ place: text, kept: new Map([['open', [text]]]) });
    }),
  );
  assert.doesNotThrow(() => writeAddress({ place: '\ud800', kept: new Map() }));
});
