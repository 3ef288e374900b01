/** Subscribers that vanish, on real processes: the server must let go of every one; and what it keeps, by hand. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type ChurnOptions, keptBytes, runChurn } from '../../harness/churn.js';
import { NetNamespace, whyNoWire } from '../../harness/meters/wire.js';
import type { ChurnRound } from '../../harness/model.js';

const network = whyNoWire() === null ? NetNamespace.create('churn-test') : null;
after(() => network?.remove());
const place = { cores: null, enter: network?.enter ?? [] };

const options: Omit<ChurnOptions, 'transport'> = {
  ways: network === null ? ['fin', 'rst'] : ['fin', 'rst', 'silent'],
  cycles: 1,
  connections: 150,
  places: { server: place, generator: place },
  network,
  seed: 1,
};

for (const transport of ['sse', 'websocket'] as const)
  test(`${transport}: whoever received an update and vanished is let go of, ${options.ways.join(', ')}`, async () => {
    const rounds = await runChurn({ ...options, transport });
    assert.equal(rounds.length, options.cycles * options.ways.length);
    for (const { how, open, left, goneAfterMs } of rounds) {
      assert.equal(open, options.connections, how);
      assert.equal(left, 0, `${left} of ${open} still open after ${how}`);
      // A silent one is noticed by what it does not acknowledge: only after the kernel has tried again.
      if (how === 'silent') assert.ok((goneAfterMs ?? 0) > 500, `${goneAfterMs} ms`);
    }
  });

function round(cycle: number, serverAnonymousBytes: number | null): ChurnRound {
  return { transport: 'sse', cycle, how: 'fin', open: 100, left: 0, goneAfterMs: 1, serverAnonymousBytes };
}

test('what is kept of a connection is the slope after the first rounds; one outlier does not move it', () => {
  const leaking = Array.from({ length: 12 }, (_, i) => round(i, 50e6 + i * 100 * 40));
  assert.deepEqual(keptBytes(leaking), { bytesPerConnection: 40, interval: [40, 40] });
  const outlier = leaking.map((one, i) => (i === 8 ? { ...one, serverAnonymousBytes: 60e6 } : one));
  assert.equal(keptBytes(outlier)?.bytesPerConnection, 40);
  // The heap finds its size first: 5 MB over the first four rounds are nobody's leak.
  const warming = Array.from({ length: 12 }, (_, i) => round(i, 50e6 + Math.min(i, 4) * 1.25e6));
  assert.equal(keptBytes(warming)?.bytesPerConnection, 0);
  assert.equal(keptBytes(leaking.slice(0, 3)), null, 'too few rounds');
  assert.equal(keptBytes(leaking.map((one) => ({ ...one, serverAnonymousBytes: null }))), null);
});

test('memory that only goes up and down has a slope of unknown sign', () => {
  const restless = [0, 3, 1, 4, 2, 0, 3, 1, 2].map((megabytes, i) => round(i, (50 + megabytes) * 1e6));
  const [low, high] = keptBytes(restless)?.interval ?? [0, 0];
  assert.ok(low < 0 && high > 0, `${low}–${high}`);
});
