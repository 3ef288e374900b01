/** The processes of one trial, from their start to their end. */
import { join } from 'node:path';
import type {
  BrowserArgument,
  ClientArgument,
  FromClient,
  FromProxy,
  FromServer,
  ServerArgument,
  ToClient,
  ToProxy,
  ToServer,
} from '../../contract/control.js';
import { arrangementOf } from '../arrange.js';
import { createProfile, removeProfile } from '../browser/profile.js';
import { coreOf, type Place, type Places, placesOf } from '../places.js';
import { spawnClient, spawnProxy, spawnServer } from '../processes.js';
import { startTimeoutMs, type Worker } from '../worker.js';
import {
  browserArgument,
  clientArguments,
  crowdArgument,
  isInBrowser,
  proxyArgument,
  type Setting,
  serverArgument,
} from './arguments.js';
import { restartsOf } from './restart.js';
import { all, orFailure } from './waits.js';

type ServerWorker = Worker<ToServer, FromServer>;
type ClientWorker = Worker<ToClient, FromClient>;

export class TrialEnds {
  readonly setting: Setting;
  readonly servers: ServerWorker[] = [];
  readonly clients: ClientWorker[] = [];
  /** For each time the server will be killed, the process that then takes its place. */
  readonly standbys: ServerWorker[] = [];
  /** Loads the server beside those that are measured. */
  crowd: ClientWorker | null = null;
  proxy: Worker<ToProxy, FromProxy> | null = null;
  #profile: string | null = null;

  constructor(setting: Setting) {
    this.setting = setting;
  }

  /** Those measured first. */
  get everyClient(): readonly ClientWorker[] {
    return this.crowd === null ? this.clients : [...this.clients, this.crowd];
  }

  /** What comes first: the awaited thing, or the failure of any process there is by now. */
  orFailure<T>(awaited: Promise<T>): Promise<T> {
    return orFailure(awaited, this.#everybody());
  }

  /**
   * Starts all of them, until each is loaded.
   *
   * @returns the port that clients connect to: the servers' own, or that of the proxy before them
   * @throws WorkerFailure when one of them does not come up
   */
  async launch(): Promise<number> {
    const { setting } = this;
    const places = placesOf(this.#arrangement(), setting.network);
    // Both ends at once: half of a short trial would otherwise be start-up.
    for (const argument of clientArguments(setting, this.#browserArgument()))
      this.#spawnClient(argument, places.generator);
    this.#spawnCrowd(places.generator);
    const port = await this.#launchServers(places);
    const clientsPort = await this.#launchProxy(port, places.server);
    await this.orFailure(all(this.everyClient, 'loaded', startTimeoutMs));
    return clientsPort;
  }

  /** Gives them a moment to leave by themselves when all went well; kills them otherwise. */
  async close(): Promise<void> {
    const workers = this.#everybody();
    for (const worker of workers) worker.disconnect();
    await Promise.all(workers.map((worker) => worker.gone()));
    if (this.#profile !== null) await removeProfile(this.#profile);
  }

  async #launchServers({ server: place }: Places): Promise<number> {
    const { setting } = this;
    const first = this.#spawnServer(serverArgument(setting, 0), place);
    const { port } = await this.orFailure(first.next('ready', startTimeoutMs));
    const argument = serverArgument(setting, port);
    // The others can only join once the first has a port.
    for (let i = 1; i < this.#arrangement().serverProcesses; i++) this.#spawnServer(argument, place);
    await this.orFailure(all(this.servers.slice(1), 'ready', startTimeoutMs));
    setting.network?.count(port);
    for (const _ of restartsOf(setting.workload)) this.#spawnServer({ ...argument, standby: true }, place);
    await this.orFailure(all(this.standbys, 'standby', startTimeoutMs));
    return port;
  }

  async #launchProxy(targetPort: number, place: Place): Promise<number> {
    const argument = proxyArgument(this.setting, targetPort);
    if (argument === null) return targetPort;
    this.proxy = spawnProxy(argument, coreOf(place, 0), this.#stderrFile('proxy', 0));
    const { port } = await this.orFailure(this.proxy.next('ready', startTimeoutMs));
    return port;
  }

  #spawnServer(argument: ServerArgument, place: Place): ServerWorker {
    const index = this.servers.length + this.standbys.length;
    const server = spawnServer({
      argument,
      subject: this.setting.trial.subject,
      place: coreOf(place, index),
      stderrFile: this.#stderrFile('server', index),
    });
    (argument.standby === true ? this.standbys : this.servers).push(server);
    return server;
  }

  #spawnClient(argument: ClientArgument, place: Place): void {
    const index = this.clients.length;
    this.clients.push(
      spawnClient({
        argument,
        // A browser is several processes, and takes all cores there are for the generator.
        place: argument.browser === undefined ? coreOf(place, index) : place,
        stderrFile: this.#stderrFile('client', index),
      }),
    );
  }

  #spawnCrowd(place: Place): void {
    const argument = crowdArgument(this.setting);
    if (argument !== null) this.crowd = spawnClient({ argument, place, stderrFile: this.#stderrFile('crowd', 0) });
  }

  #browserArgument(): BrowserArgument | null {
    if (!isInBrowser(this.setting)) return null;
    this.#profile = createProfile();
    return browserArgument(this.setting, this.#profile);
  }

  #everybody() {
    const { servers, clients, standbys, crowd, proxy } = this;
    return [...servers, ...clients, ...standbys, crowd, proxy].filter((worker) => worker !== null);
  }

  #arrangement() {
    return arrangementOf(this.setting.plan, this.setting.trial);
  }

  #stderrFile(role: 'server' | 'client' | 'crowd' | 'proxy', index: number): string {
    const who = index === 0 ? role : `${role}-${index + 1}`;
    return join(this.setting.directory, 'stderr', `${this.setting.trial.id}.${who}.txt`);
  }
}
