/**
 * One trial's server, whatever it is built on: a source, a log, and the ends of a subject that are fed by it.
 *
 * A subject gives its ends and a port; publishing, counting and the order of a stop are the same for all, so that
 * two subjects differ in nothing but what they are built on.
 */
import type { ServerArgument, ServerBounds, Timeline } from '../../contract/control.js';
import { type TransportId, transportIds, transports } from '../../contract/transports.js';
import type { ServerReport } from '../../contract/trial.js';
import { type Counters, type EndOptions, noCounts, type TransportEnd } from './end.js';
import { UpdateLog } from './log.js';
import { Source } from './source.js';

export const defaultBounds: ServerBounds = {
  // A minute of 1,000 updates/s.
  logCount: 65_536,
  // At 64 KiB per update still a thousand of them.
  logBytes: 64 * 1024 * 1024,
  // Proxies commonly cut a silent connection after 30 to 60 s; the standard advises a comment every 15 s or so
  // (WHATWG HTML, 9.2.7).
  heartbeatMs: 10_000,
};

/** A clean goodbye needs one trip to the clients before what is still open is cut. */
const goodbyeMs = 100;

interface SubjectContext {
  readonly argument: ServerArgument;
  readonly counters: Counters;
  /** When intended offsets count from, on the server's clock; null before the source starts. */
  readonly startUs: () => number | null;
  readonly endOptions: (id: TransportId) => EndOptions;
}

/** A subject that listens. */
interface ListeningSubject {
  readonly port: number;
  readonly ends: readonly TransportEnd[];
  stopListening(): void;
  /** Cuts every connection that is still open. */
  cut(): void;
}

/** @throws Error with one clear line when the address cannot be listened on */
export type OpenSubject = (context: SubjectContext) => Promise<ListeningSubject>;

/** Every transport's end, in a subject that gives its ends `T` besides the common options. */
export function openEnds<T>(
  ends: Readonly<Record<TransportId, (context: EndOptions & T) => TransportEnd>>,
  { endOptions }: SubjectContext,
  own: T,
): TransportEnd[] {
  return transportIds.map((id) => ends[id]({ ...endOptions(id), ...own }));
}

export class Server {
  readonly #subject: ListeningSubject;
  readonly #source: Source;
  readonly #log: UpdateLog;
  readonly #counters: Counters;
  /** As they were when the window had ended; null before. */
  #streams: ServerReport['streams'] | null = null;

  private constructor(subject: ListeningSubject, source: Source, log: UpdateLog, counters: Counters) {
    this.#subject = subject;
    this.#source = source;
    this.#log = log;
    this.#counters = counters;
  }

  /** @throws Error with one clear line when the address cannot be listened on */
  static async open(open: OpenSubject, argument: ServerArgument): Promise<Server> {
    const { workload, seed, maxBufferedBytes, bounds = defaultBounds } = argument;
    const log = new UpdateLog(bounds.logCount, bounds.logBytes);
    const counters = noCounts();
    let ends: readonly TransportEnd[] = [];
    const source = new Source({
      workload,
      seed,
      log,
      publish: (batch) => {
        for (const end of ends) end.publish(batch);
      },
    });
    const subject = await open({
      argument,
      counters,
      startUs: () => source.startUs,
      endOptions: (id) => ({
        path: transports[id].path,
        log,
        counters,
        maxBufferedBytes,
        longPollTimeoutMs: workload.longPollTimeoutMs,
        heartbeatMs: bounds.heartbeatMs,
      }),
    });
    ends = subject.ends;
    return new Server(subject, source, log, counters);
  }

  get port(): number {
    return this.#subject.port;
  }

  /** Begins publishing; with updates intended from `publishFromUs` on, where that is given. */
  start(timeline: Timeline, publishFromUs?: number): void {
    this.#source.start(timeline, publishFromUs);
  }

  /** The window's updates, once all of them are published; zeros when it holds none. */
  window(): Promise<{ firstWindowSeq: number; lastWindowSeq: number }> {
    const source = this.#source;
    return new Promise((resolve) => {
      source.whenWindowPublished(() => {
        this.#streams = this.#countStreams();
        resolve({ firstWindowSeq: source.firstWindowSeq, lastWindowSeq: source.lastWindowSeq });
      });
    });
  }

  report(): ServerReport {
    return {
      published: this.#log.newestSeq,
      firstWindowSeq: this.#source.firstWindowSeq,
      lastWindowSeq: this.#source.lastWindowSeq,
      slip: this.#source.slip,
      handover: this.#source.handover,
      droppedSlow: this.#counters.droppedSlow,
      requests: this.#counters.requests,
      connections: this.#counters.connections,
      streams: this.#streams ?? this.#countStreams(),
    };
  }

  #countStreams(): ServerReport['streams'] {
    const { streams, openStreams } = this.#counters;
    return { begun: streams, open: openStreams };
  }

  /** Stops publishing and listening, says goodbye on every connection, then closes what is left. */
  async stop(): Promise<void> {
    this.#source.stop();
    this.#subject.stopListening();
    for (const end of this.#subject.ends) end.close();
    await new Promise((resolve) => setTimeout(resolve, goodbyeMs));
    this.#subject.cut();
  }
}
