/**
 * The worker process of a proxy: one proxy, one trial.
 *
 * Life and messages as in contract/control.ts. It knows the trial's faults beforehand and makes those that happen on
 * connections by its own timers, so that nobody has to tell it at the very moment.
 */
import type { AddressInfo } from 'node:net';
import { nowUs } from '../../contract/clock.js';
import type { Disturbance, FromProxy, ProxyArgument, Timeline, ToProxy } from '../../contract/control.js';
import { isConnectionFault } from '../../contract/faults.js';
import { openProxy } from './index.js';
import type { ProxyCounters } from './proxy.js';

process.on('disconnect', () => process.exit(0));
// The harness may have gone while this was being compiled.
if (process.send !== undefined && !process.connected) process.exit(0);
process.on('uncaughtException', (error) => fail(error.stack ?? String(error)));
process.on('SIGINT', () => {});

const argument = parseArgument(process.argv[2]);
const counters: ProxyCounters = { connections: 0, cut: 0 };
const disturbances: Disturbance[] = [];
const proxy = openProxy[argument.proxy]({ ...argument, counters });
proxy.server.listen(0, argument.host, () => {
  say({ type: 'ready', port: (proxy.server.address() as AddressInfo).port });
});
process.on('message', (message: ToProxy) => {
  if (message.type === 'start') return schedule(message);
  proxy.server.close();
  proxy.cut();
  say({ type: 'report', report: { ...counters, disturbances } }, () => process.exit(0));
});

function schedule({ windowStartUs }: Timeline): void {
  const sinceWindowMs = () => (nowUs() - windowStartUs) / 1000;
  for (const { kind, atMs, forMs } of argument.faults.filter(isConnectionFault))
    setTimeout(() => {
      const fromMs = sinceWindowMs();
      proxy.disturb?.(kind, forMs);
      disturbances.push({ kind, fromMs, toMs: fromMs + forMs });
    }, atMs - sinceWindowMs());
}

function parseArgument(text: string | undefined): ProxyArgument {
  if (text === undefined || process.send === undefined) {
    console.error('servers/proxies/main.ts is started by the harness, with one JSON argument and an IPC channel');
    process.exit(2);
  }
  return JSON.parse(text) as ProxyArgument;
}

function say(message: FromProxy, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}

function fail(message: string): void {
  say({ type: 'fatal', message }, () => process.exit(1));
}
