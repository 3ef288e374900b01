/**
 * What subscribers of one worker have in common, and the little that each has for itself.
 *
 * A place is two fields and looks up the rest: an object and two closures of its own for each would be 0.3 KB, ten thousand
 * times over.
 */
import type { Random } from '../../contract/random.js';
import { deriveSeed, seededRandom } from '../../contract/random.js';
import type { Workload } from '../../contract/trial.js';
import type { Recorder } from '../recorder.js';
import type { OpenConnection } from './connection.js';
import type { SubscriberContext } from './subscriber.js';

export interface Crew {
  readonly hosts: readonly string[];
  readonly port: number;
  readonly workload: Workload;
  readonly recorder: Recorder;
  readonly open: OpenConnection;
  readonly seed: number;
  /** Place of the worker's first subscriber in the workload. */
  readonly first: number;
  ready(index: number): void;
}

export class CrewPlace implements SubscriberContext {
  readonly index: number;
  readonly #crew: Crew;
  #random: Random | null = null;

  constructor(crew: Crew, index: number) {
    this.#crew = crew;
    this.index = index;
  }

  get host(): string {
    // By its place in the workload: every address gets its share, whatever the workers.
    const { hosts, first } = this.#crew;
    return hosts[(first + this.index) % hosts.length] as string;
  }

  get port(): number {
    return this.#crew.port;
  }

  get workload(): Workload {
    return this.#crew.workload;
  }

  get recorder(): Recorder {
    return this.#crew.recorder;
  }

  get open(): OpenConnection {
    return this.#crew.open;
  }

  /** Made when it is first asked: most subscribers never draw. */
  get random(): Random {
    const { seed, first } = this.#crew;
    // By its place in the workload: the same phases and jitter however many workers share it.
    this.#random ??= seededRandom(deriveSeed(seed, `subscriber-${first + this.index}`));
    return this.#random;
  }

  ready(): void {
    this.#crew.ready(this.index);
  }
}
