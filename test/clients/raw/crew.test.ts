/** Places of a crew: by where they are in the workload, however many workers share it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Crew, CrewPlace } from '../../../clients/raw/crew.js';
import { deriveSeed, seededRandom } from '../../../contract/random.js';

const crewFrom = (first: number, ready: (index: number) => void = () => {}): Crew =>
  ({ hosts: ['127.0.0.1', '127.0.0.2', '127.0.0.3'], port: 80, seed: 7, first, ready }) as Partial<Crew> as Crew;

test('addresses are taken in turn over the whole workload', () => {
  const hosts = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => new CrewPlace(crewFrom(first), index).host);
  assert.deepEqual([...hosts(0, 4), ...hosts(4, 3)], hosts(0, 7));
  assert.deepEqual(hosts(0, 4), ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.1']);
});

test('a place draws the same numbers in whichever worker it is, and goes on where it was', () => {
  const [whole, part] = [new CrewPlace(crewFrom(0), 5), new CrewPlace(crewFrom(4), 1)];
  const expected = seededRandom(deriveSeed(7, 'subscriber-5'));
  for (let i = 0; i < 3; i++) {
    const value = expected();
    assert.deepEqual([whole.random(), part.random()], [value, value]);
  }
});

test('who is ready says so by its place in the worker', () => {
  const said: number[] = [];
  const crew = crewFrom(10, (index) => said.push(index));
  for (const index of [2, 0]) new CrewPlace(crew, index).ready();
  assert.deepEqual(said, [2, 0]);
});
