/**
 * A client worker: one process, many subscribers of one transport (its share of the workload's), one trial.
 *
 * Life and messages as in contract/control.ts. Nothing is written or printed while measuring.
 */
import { nowUs } from '../../contract/clock.js';
import type { ClientArgument, FromClient, Timeline, ToClient } from '../../contract/control.js';
import { transports } from '../../contract/transports.js';
import { collectGarbage } from '../garbage.js';
import { Recorder } from '../recorder.js';
import { rehearse } from '../rehearsal.js';
import { libuvConnections, type OpenConnection } from './connection.js';
import { type Crew, CrewPlace } from './crew.js';
import { rawSubscribers } from './index.js';
import { ringConnections } from './ring-connections.js';
import type { Subscriber } from './subscriber.js';

/** Connections being opened at one time: below the smallest listen backlog in use (128 on older systems). */
const connectsAtOnce = 100;
const limitCheckMs = 250;
/** How often the drain looks whether everyone has everything. */
const drainCheckMs = 5;

const argument = parseArgument(process.argv[2]);
const { trial, workload, range } = argument;
rehearse(argument);
const recorder = new Recorder(argument);
const { open, sockets } = chooseConnections();
const subscribers: Subscriber[] = [];
const isReady: boolean[] = [];
let readyCount = 0;
/** Subscribers that were told to connect. */
let connecting = 0;
let saidReady = false;
let timeline: Timeline | null = null;
let limitCheck: NodeJS.Timeout | undefined;

process.on('disconnect', () => process.exit(0));
// The harness may have gone while this file was being compiled.
if (process.send !== undefined && !process.connected) process.exit(0);
process.on('uncaughtException', (error) => fail(error.stack ?? String(error)));
process.on('message', (message: ToClient) => {
  switch (message.type) {
    case 'connect':
      return connectAll(message);
    case 'start':
      return start(message);
    case 'finish':
      return finish(message.firstWindowSeq, message.lastWindowSeq, message.deadlineUs);
  }
});
say({ type: 'loaded' });

function connectAll({ host, moreHosts = [], port, patienceMs }: Extract<ToClient, { type: 'connect' }>): void {
  const crew: Crew = {
    hosts: [host, ...moreHosts],
    port,
    workload,
    recorder,
    open,
    seed: trial.seed,
    first: range.first,
    ready: becameReady,
  };
  const openSubscriber = rawSubscribers[trial.transport];
  for (let index = 0; index < range.count; index++) {
    subscribers.push(openSubscriber(new CrewPlace(crew, index)));
    isReady.push(false);
  }
  connectUpTo(connectsAtOnce);
  limitCheck = setInterval(failAtLimit, limitCheckMs);
  if (patienceMs !== null)
    setTimeout(() => {
      connectUpTo(subscribers.length);
      sayReady();
    }, patienceMs);
}

function connectUpTo(count: number): void {
  for (; connecting < Math.min(count, subscribers.length); connecting++) subscribers[connecting]?.connect();
}

function becameReady(index: number): void {
  if (isReady[index]) return;
  isReady[index] = true;
  readyCount++;
  connectUpTo(readyCount + connectsAtOnce);
  if (readyCount === subscribers.length) sayReady();
}

function sayReady(): void {
  clearInterval(limitCheck);
  if (!saidReady) say({ type: 'ready', connected: readyCount });
  // A crowd is measured by what it needs; in trials a pause more would be a change of what is measured.
  if (!saidReady && sockets === 'io_uring') setImmediate(collectGarbage);
  saidReady = true;
}

/** A limit does not go away by trying again: who waits for all to be ready is told at once, and what to do. */
function failAtLimit(): void {
  const at = `at connection ${readyCount + 1} of ${range.count}`;
  if (recorder.errorCount('descriptors') > 0)
    fail(
      `a client worker reached its limit of open files ${at}; share the subscribers among more (--client-workers) or raise the limit (ulimit -n)`,
    );
  else if (recorder.errorCount('ports') > 0)
    fail(
      `no local port was left ${at}; connect to more loopback addresses (--addresses) or widen net.ipv4.ip_local_port_range`,
    );
}

function start(times: Timeline): void {
  timeline = times;
  recorder.start(times);
  // Nobody is idle who does not ask: pollers begin with the idle time, not with the source.
  at(times.startUs - (workload.idleMs ?? 0) * 1000, () => {
    for (const subscriber of subscribers) subscriber.start();
  });
  at(times.windowStartUs, () => recorder.openWindow(pendingBytes()));
  at(times.windowEndUs, () => recorder.closeWindow(pendingBytes()));
}

function pendingBytes(): number {
  return subscribers.reduce((sum, subscriber) => sum + subscriber.pendingBytes, 0);
}

function finish(firstWindowSeq: number, lastWindowSeq: number, deadlineUs: number): void {
  // The window closes by this process's own timer, which may still be due.
  const windowClosed = timeline !== null && recorder.windowClosed;
  if (!windowClosed || (!recorder.everyoneHolds(lastWindowSeq) && nowUs() < deadlineUs)) {
    setTimeout(finish, drainCheckMs, firstWindowSeq, lastWindowSeq, deadlineUs);
    return;
  }
  const report = { ...recorder.report(firstWindowSeq, lastWindowSeq), sockets };
  for (const subscriber of subscribers) subscriber.stop();
  say({ type: 'report', report }, () => process.exit(0));
}

function chooseConnections(): { open: OpenConnection; sockets: 'io_uring' | 'libuv' } {
  const { traffic } = recorder;
  // Pollers go by timers, which wait up to a millisecond while the ring is waited for.
  if (workload.sockets === 'auto' && transports[trial.transport].direction === 'push')
    try {
      return { open: ringConnections(traffic, range.count), sockets: 'io_uring' };
    } catch {
      // The report says which it was.
    }
  return { open: libuvConnections(traffic), sockets: 'libuv' };
}

function at(timeUs: number, action: () => void): void {
  setTimeout(action, Math.max(0, (timeUs - nowUs()) / 1000));
}

function say(message: FromClient, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}

function fail(message: string): void {
  say({ type: 'fatal', message }, () => process.exit(1));
}

function parseArgument(text: string | undefined): ClientArgument {
  if (text === undefined || process.send === undefined) {
    console.error('clients/raw/main.ts is started by the harness, with one JSON argument and an IPC channel');
    process.exit(2);
  }
  return JSON.parse(text) as ClientArgument;
}
