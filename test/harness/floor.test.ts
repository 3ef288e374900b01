/** The instrument measured by itself: real processes, and figures that cannot be otherwise. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureFloor, measureHop } from '../../harness/floor/measure.js';
import { resolutionUs } from '../../harness/floor/resolution.js';
import { floorSchema } from '../../harness/model.js';

const anywhere = { cores: null, enter: [] };
const places = { server: anywhere, generator: anywhere };

test('every part of the floor is measured, and each lies where physics allows', async () => {
  const floor = floorSchema.parse(await measureFloor(places));
  // Between one instruction and a system call that went badly wrong.
  assert.ok(floor.clockReadNs > 1 && floor.clockReadNs < 100_000, `${floor.clockReadNs} ns a read`);
  assert.ok(floor.clockStepNs > 0);
  assert.ok(floor.recordNs > floor.clockReadNs, 'remembering an update reads the clock once');
  const { hop, nullTransport, timerLateness } = floor;
  assert.ok(hop !== null && hop.count > 100);
  for (const { p50Us, p90Us, p99Us } of [hop, nullTransport, timerLateness])
    assert.ok(p50Us <= p90Us && p90Us <= p99Us);
  assert.ok(hop.p50Us > 0, 'nothing arrives before it was sent');
  assert.ok(nullTransport.p50Us >= 0);
  assert.ok(
    nullTransport.p50Us < hop.p50Us + 1000,
    'without a network it is no slower than with one, give or take a busy core',
  );
  assert.ok(resolutionUs(floor) > floor.recordNs / 1000);
});

test('as many one-way latencies come back as were sent', async () => {
  const us = await measureHop(places, { rateHz: 500, updates: 50 });
  assert.equal(us.length, 50);
  assert.ok(us.every((value) => value > -5));
});
