/** What one trial is made of, and what each of its processes is told when it starts. */
import { join } from 'node:path';
import { clients } from '../../contract/clients.js';
import type {
  BrowserArgument,
  ClientArgument,
  ProxyArgument,
  ServerArgument,
  SubscriberRange,
} from '../../contract/control.js';
import { deriveSeed } from '../../contract/random.js';
import type { TrialPlan, Workload } from '../../contract/trial.js';
import { arrangementOf } from '../arrange.js';
import { pageFolder } from '../browser/compile-page.js';
import type { NetNamespace } from '../meters/wire.js';
import type { Plan } from '../model.js';
import { WorkerFailure } from '../worker.js';
import { restartsOf } from './restart.js';

export interface Setting {
  readonly plan: Plan;
  readonly trial: TrialPlan;
  readonly workload: Workload;
  readonly directory: string;
  /** Null: the machine's own loopback, where bytes on the wire are estimated. */
  readonly network: NetNamespace | null;
}

export function isInBrowser({ trial }: Pick<Setting, 'trial'>): boolean {
  return clients[trial.client].inBrowser;
}

/** The first so many of the loopback network, 127.0.0.0/8, whose addresses all lead to this machine. */
export function loopbackAddresses(count: number): [string, ...string[]] {
  return ['127.0.0.1', ...Array.from({ length: count - 1 }, (_, i) => `127.0.0.${i + 2}`)];
}

/**
 * @param port 0: any that is free
 * @throws WorkerFailure `server-start` for pages on several addresses without a network of the run's own
 */
export function serverArgument(setting: Setting, port: number): ServerArgument {
  const { plan, trial, workload } = setting;
  const { serverProcesses, addresses } = arrangementOf(plan, trial);
  const { maxBufferedBytes } = plan;
  const [host, ...moreHosts] = loopbackAddresses(addresses);
  // A port taken exclusively stays taken while connections of a killed server linger in the kernel.
  const sharesPort = serverProcesses > 1 || restartsOf(workload).length > 0;
  const own = hostFor(setting);
  // A server for pages on several addresses listens on all of them already.
  const others = own === host ? moreHosts : [];
  return { host: own, moreHosts: others, port, workload, seed: trial.seed, maxBufferedBytes, sharesPort };
}

/** Several addresses only where nobody else is on the network. */
function hostFor(setting: Setting): string {
  const hosts = setting.workload.browser?.hosts ?? 1;
  if (!isInBrowser(setting) || hosts === 1) return '127.0.0.1';
  if (setting.network !== null) return '0.0.0.0';
  throw new WorkerFailure(
    'server-start',
    `pages on ${hosts} loopback addresses take a network of the run’s own, which needs root; see: pushlab doctor`,
  );
}

/** Of each client worker, with its share of the subscribers. */
export function clientArguments(setting: Setting, browser: BrowserArgument | null): ClientArgument[] {
  const { plan, trial, workload } = setting;
  const { maxSamples, bins } = plan;
  const workers = browser === null ? arrangementOf(plan, trial).clientWorkers : 1;
  return splitSubscribers(workload.subscribers, workers).map((range) => ({
    trial,
    workload,
    range,
    maxSamples,
    bins,
    ...(browser === null ? {} : { browser }),
  }));
}

/** Who has which subscribers: as even as whole numbers go, and no worker without any. */
export function splitSubscribers(subscribers: number, workers: number): SubscriberRange[] {
  const used = Math.min(workers, subscribers);
  const start = (worker: number) => Math.floor((subscribers * worker) / used);
  return Array.from({ length: used }, (_, i) => ({ first: start(i), count: start(i + 1) - start(i) }));
}

/** Null where the plan found no browser. */
export function browserArgument({ plan, trial, directory }: Setting, profileFolder: string): BrowserArgument | null {
  if (plan.browser.state === 'none') return null;
  const { executable, version, environment } = plan.browser;
  return {
    executable,
    version,
    environment,
    profileFolder,
    pageFolder: pageFolder(directory),
    screenshotFile: join(directory, 'screenshots', `${trial.id}.png`),
  };
}

/** Null without a crowd. Its own seed, since its subscribers are none of those measured. */
export function crowdArgument({ plan, trial, workload }: Setting): ClientArgument | null {
  const count = workload.crowd ?? 0;
  if (count === 0) return null;
  return {
    trial: { ...trial, client: 'raw', seed: deriveSeed(trial.seed, 'crowd') },
    workload: { ...workload, subscribers: count },
    range: { first: 0, count },
    maxSamples: 1,
    bins: plan.bins,
  };
}

/** Null where nothing stands between client and server. */
export function proxyArgument({ workload }: Setting, targetPort: number): ProxyArgument | null {
  const { proxy = 'none', faults = [], payloadBytes } = workload;
  return proxy === 'none' ? null : { proxy, host: '127.0.0.1', targetPort, payloadBytes, faults };
}
