/**
 * When a faulty server hands a batch on: at once, later, or after having burnt some time.
 *
 * A delay is one of the known answers, so it has to be the delay that was asked for: a timer alone comes up to a
 * millisecond late, and the last one is waited for between two rounds of the event loop.
 */
import { nowUs } from '../../contract/clock.js';
import type { UpdateFault } from '../../contract/faults.js';
import type { Batch } from '../shared/source.js';
import { isMet } from './rewrite.js';

export interface Hold {
  take(batch: Batch): void;
  /** Nothing is handed on any more. */
  stop(): void;
}

export function holdFor(fault: UpdateFault, handOn: (batch: Batch) => void): Hold {
  switch (fault.kind) {
    case 'delay':
      return delayBy(fault.delayMs, handOn);
    case 'burn':
      return burn(fault.share, handOn);
    case 'rewrite':
      return keepPairs(handOn);
  }
}

/** Longest lateness of a timer in an idle process (setTimeout has whole milliseconds). */
const timerLatenessMs = 1;

function delayBy(delayMs: number, handOn: (batch: Batch) => void): Hold {
  const waiting: { readonly dueUs: number; readonly batch: Batch }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  const release = (): void => {
    const next = waiting[0];
    if (next === undefined) return;
    const leftMs = (next.dueUs - nowUs()) / 1000;
    if (leftMs > timerLatenessMs) timer = setTimeout(release, Math.floor(leftMs - timerLatenessMs));
    else if (leftMs > 0) immediate = setImmediate(release);
    else {
      waiting.shift();
      handOn(next.batch);
      release();
    }
  };
  return {
    take(batch) {
      waiting.push({ dueUs: nowUs() + delayMs * 1000, batch });
      if (waiting.length === 1) release();
    },
    stop() {
      clearTimeout(timer);
      clearImmediate(immediate);
      waiting.length = 0;
    },
  };
}

/** Burns CPU time in proportion to what the process has used since the last batch, its reading of sockets included. */
function burn(share: number, handOn: (batch: Batch) => void): Hold {
  let before = cpuUs();
  return {
    take(batch) {
      handOn(batch);
      const now = cpuUs();
      const until = now + (now - before) * share;
      do before = cpuUs();
      while (before < until);
    },
    stop() {},
  };
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/**
 * An update that is to change places with its successor waits for it. So does one that is to be dropped: a log whose
 * newest number has nothing to show would answer every long poll at once, with nothing.
 */
function keepPairs(handOn: (batch: Batch) => void): Hold {
  let kept: Batch | null = null;
  return {
    take({ firstSeq, updates }) {
      const whole: Batch =
        kept === null ? { firstSeq, updates } : { firstSeq: kept.firstSeq, updates: [...kept.updates, ...updates] };
      kept = null;
      const lastSeq = whole.firstSeq + whole.updates.length - 1;
      if (!isMet(lastSeq, 'swap') && !isMet(lastSeq, 'drop')) return handOn(whole);
      kept = { firstSeq: lastSeq, updates: whole.updates.slice(-1) };
      if (whole.updates.length > 1) handOn({ firstSeq: whole.firstSeq, updates: whole.updates.slice(0, -1) });
    },
    stop() {},
  };
}
