import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../contract/random.js';
import { killOnce } from './survive.js';

test('a run survives kill -9 of its harness, server or client at a random moment', async () => {
  const random = seededRandom(20_261_124);
  for (let i = 0; i < 4; i++) {
    const { victim, afterMs, broken } = await killOnce(random);
    assert.deepEqual(broken, [], `${victim} killed after ${afterMs} ms`);
  }
});
