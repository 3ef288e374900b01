import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Workload } from '../../contract/trial.js';
import { arrangementOf } from '../../harness/arrange.js';
import { arranger, explainTrials, type Machine } from '../../harness/arranger.js';
import { fakePlan, fakeWorkload } from '../fixtures/run.js';

const machine: Machine = {
  descriptors: 20_000,
  portRange: [1_024, 65_535],
  freeBytes: 8 * 2 ** 30,
  cores: (servers, workers) => ({ server: `0-${servers - 1}`, generator: `4-${3 + workers}`, whyNot: null }),
};
const of = (subscribers: number, over: Partial<Workload> = {}): Workload => ({ ...fakeWorkload, subscribers, ...over });
const three = { serverProcesses: 3, clientWorkers: 3, addresses: 2, serverCores: '0-2', generatorCores: '4-6' };

test('a trial of many connections has its own processes and cores, and leaves those of others alone', () => {
  const arrange = arranger(machine, {});
  assert.deepEqual(arrange(of(20), 'uws'), {});
  assert.deepEqual(arrange(of(48_000), 'uws'), { arrangement: three });
  assert.deepEqual(arrange(of(20, { crowd: 47_980 }), 'uws'), { arrangement: three }, 'a crowd is connected, too');
});

test('an option holds for every trial', () => {
  const arrange = arranger(machine, { clientWorkers: 2 });
  assert.equal(arrange(of(20), 'uws').arrangement?.clientWorkers, 2);
  assert.deepEqual(arrange(of(48_000), 'uws').arrangement, { ...three, clientWorkers: 2, generatorCores: '4-5' });
});

test('trials that are compared by their connections have the processes of the largest, but for subjects that cannot', () => {
  const arrange = arranger(machine, {}, 48_000);
  assert.deepEqual(arrange(of(4_800), 'uws'), { arrangement: three });
  assert.deepEqual(arrange(of(4_800), 'node'), {});
});

test('what this machine cannot hold is refused with the reason', () => {
  const refused = (over: Partial<Machine>, subject = 'uws', workload = of(48_000)) =>
    arranger({ ...machine, ...over }, {})(workload, subject).refused ?? '';
  assert.match(refused({ freeBytes: 2 ** 30 }), /48,000 connections take about 2,775 MiB .* and 1,024 are free/);
  assert.match(refused({ descriptors: 1_024 }), /take 57 processes at an end, as one may open 1024 files; 16 at most/);
  assert.match(refused({ portRange: [60_000, 60_100] }), /take 1057 loopback addresses/);
  assert.match(refused({}, 'node'), /subject 'node' runs in one process on one address only, and 48,000 connections/);
  const restarting = of(48_000, { faults: [{ kind: 'restart-server', atMs: 100, forMs: 0 }] });
  assert.match(refused({}, 'uws', restarting), /workload 'w' restarts its server, which works with one server process/);
  assert.equal(refused({ freeBytes: null, descriptors: null, portRange: null }), '', 'what is unknown limits nothing');
});

test('an option that a subject or a workload cannot follow is the user’s to put right', () => {
  const arrange = arranger(machine, { serverProcesses: 2 });
  assert.throws(() => arrange(of(20), 'node'), /subject 'node' runs in one process .*leave out --server-processes/);
  const restarting = of(20, { faults: [{ kind: 'restart-server', atMs: 100, forMs: 0 }] });
  assert.throws(() => arrange(restarting, 'uws'), /restarts its server/);
});

test('a trial without an arrangement runs in one process at each end, where the plan says', () => {
  const plan = fakePlan();
  const one = { serverProcesses: 1, clientWorkers: 1, addresses: 1, serverCores: '0', generatorCores: '1' };
  assert.deepEqual(arrangementOf(plan, {}), one);
  assert.deepEqual(arrangementOf(plan, { arrangement: three }), three);
});

test('what is unusual is said once for each number of connections, and what is refused with its workload', () => {
  const made = fakePlan({ workloads: [of(48_000)], transports: ['sse', 'websocket'], repeats: 2 });
  const [first, second, ...others] = made.trials.map((trial) => ({ ...trial, arrangement: three }));
  const plan = {
    ...made,
    trials: [{ ...first, refused: 'too little memory' }, second, ...others] as typeof made.trials,
  };
  assert.deepEqual(explainTrials(plan, machine), [
    'not run: w: too little memory',
    '48,000 connections: 3 server processes and 3 client workers, since a process may open 20000 files; 2 loopback addresses, since there are 64512 local ports',
  ]);
});
