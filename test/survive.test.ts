import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../contract/random.js';
import { killOnce, victims } from './survive.js';

const random = seededRandom(20_261_124);
for (const victim of victims)
  test(`a run survives kill -9 of its ${victim} at a random moment`, async () => {
    const { afterMs, killed, broken } = await killOnce(victim, random);
    assert.ok(killed > 0, `no ${victim} to kill after ${afterMs} ms`);
    assert.deepEqual(broken, [], `killed after ${afterMs} ms`);
  });
