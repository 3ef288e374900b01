/**
 * A real subject whose updates are mistreated between the source and its ends.
 *
 * The ends are the subject's own and know nothing of it: they are given a log of what they may see, and batches as
 * the fault hands them on. So a fault reaches every transport, by push, by poll and by catching up.
 */
import type { UpdateFault } from '../../contract/faults.js';
import type { TransportEnd } from '../shared/end.js';
import { UpdateLog } from '../shared/log.js';
import { defaultBounds, type OpenSubject } from '../shared/server.js';
import type { Batch } from '../shared/source.js';
import { type Hold, holdFor } from './hold.js';
import { type Numbered, type Rewrite, rewriteFor } from './rewrite.js';

export function withFault(open: OpenSubject, fault: UpdateFault): OpenSubject {
  return async (context) => {
    const rewrite = rewriteFor(fault.kind === 'rewrite' ? fault.does : [], context.argument.workload);
    const log = new FaultyLog(rewrite);
    const subject = await open({ ...context, endOptions: (id) => ({ ...context.endOptions(id), log }) });
    return { ...subject, ends: [new FaultyEnd(subject.ends, log, rewrite, fault)] };
  };
}

/** Readers get what the fault makes of it. */
class FaultyLog extends UpdateLog {
  readonly #rewrite: Rewrite;

  constructor(rewrite: Rewrite) {
    super(defaultBounds.logCount, defaultBounds.logBytes);
    this.#rewrite = rewrite;
  }

  override since(seq: number): string[] {
    const updates = super.since(seq);
    return this.#rewrite(numbered(this.newestSeq - updates.length + 1, updates)).map(({ update }) => update);
  }
}

/** All ends of the subject as one, behind the fault. */
class FaultyEnd implements TransportEnd {
  readonly #ends: readonly TransportEnd[];
  readonly #log: UpdateLog;
  readonly #rewrite: Rewrite;
  readonly #hold: Hold;

  constructor(ends: readonly TransportEnd[], log: UpdateLog, rewrite: Rewrite, fault: UpdateFault) {
    this.#ends = ends;
    this.#log = log;
    this.#rewrite = rewrite;
    this.#hold = holdFor(fault, (batch) => this.#handOn(batch));
  }

  publish(batch: Batch): void {
    this.#hold.take(batch);
  }

  close(): void {
    this.#hold.stop();
    for (const end of this.#ends) end.close();
  }

  #handOn({ firstSeq, updates }: Batch): void {
    // A server that was restarted begins in the middle.
    if (this.#log.newestSeq < firstSeq - 1) this.#log.skipTo(firstSeq - 1);
    for (const update of updates) this.#log.append(update);
    for (const run of runs(this.#rewrite(numbered(firstSeq, updates)))) for (const end of this.#ends) end.publish(run);
  }
}

function numbered(firstSeq: number, updates: readonly string[]): Numbered[] {
  return updates.map((update, i) => ({ seq: firstSeq + i, update }));
}

/** Batches of consecutive numbers, in the order given. */
function runs(updates: readonly Numbered[]): Batch[] {
  const found: { firstSeq: number; updates: string[] }[] = [];
  for (const { seq, update } of updates) {
    const last = found.at(-1);
    if (last !== undefined && last.firstSeq + last.updates.length === seq) last.updates.push(update);
    else found.push({ firstSeq: seq, updates: [update] });
  }
  return found;
}
