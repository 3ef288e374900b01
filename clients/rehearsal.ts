/**
 * A recorder that is used once before the real one, so that nothing of a trial's window is new to V8.
 *
 * While warming up no update belongs to the window, so V8 optimizes code that has never gone there, and throws it away with the
 * window's first update: up to 0.2 s of compiling in each trial, on the core that its client is measured on. What V8 learns of a
 * class holds for all of its objects, and a few milliseconds are enough. The trap: objects that differ in how they were made
 * are of different classes to V8, so the workload is a clone and not a copy of its fields.
 */
import { nowUs } from '../contract/clock.js';
import { formatUpdate, updatePadding } from '../contract/update.js';
import { longBytes } from '../contract/wire/words.js';
import { Recorder, type RecorderOptions } from './recorder.js';

/** So few that each is looked at often (its staleness, in the window, at random instants). */
const subscribers = 4;
/** Enough that V8 keeps notes; it begins to once a function has run some dozen times. */
const updates = 200;
const lengthUs = 50_000;
/** Larger updates are compared as these are, by a native call, and would take seconds. */
const mostPayloadBytes = 2 * longBytes;

export function rehearse(options: RecorderOptions): void {
  const payloadBytes = Math.min(options.workload.payloadBytes, mostPayloadBytes);
  const workload = Object.assign(structuredClone(options.workload), { subscribers, payloadBytes });
  const recorder = new Recorder({ ...options, workload, range: { first: 0, count: subscribers } });
  const padding = updatePadding(payloadBytes);
  const startUs = nowUs() - lengthUs;
  let seq = 0;
  // Inside of the window, after it, and before: last, as an age that was counted up to a window is not counted again.
  for (const windowStartUs of [startUs, startUs - 3 * lengthUs, startUs + 3 * lengthUs]) {
    recorder.start({ startUs, windowStartUs, windowEndUs: windowStartUs + 2 * lengthUs });
    for (let i = 0; i < updates; i++) {
      const offsetUs = Math.floor(nowUs() - startUs);
      const update = Buffer.from(formatUpdate(++seq, offsetUs, i, padding), 'latin1');
      for (let index = 0; index < subscribers; index++) recorder.received(index, update, 0, update.length);
    }
  }
}
