/**
 * The one file that reads the measuring clock: CLOCK_MONOTONIC, in microseconds.
 *
 * `process.hrtime` and `performance.now` both read CLOCK_MONOTONIC, which all processes of a
 * machine share. `performance.now` counts from the process's own start, so the distance between
 * the two is taken once here, and each reading afterwards is one call without a BigInt.
 */
import { performance } from 'node:perf_hooks';

const offsetUs = measureOffsetUs();

/** Microseconds of CLOCK_MONOTONIC, with a fraction; comparable between processes of one machine. */
export function nowUs(): number {
  return performance.now() * 1000 + offsetUs;
}

/** Milliseconds since the Unix epoch, for labels only: wall time may step, so nothing is computed from it. */
export function wallClockMs(): number {
  return Date.now();
}

function measureOffsetUs(): number {
  // The tightest of a few tries: a preemption between the two reads would shift the offset by its length.
  let tightest = Number.POSITIVE_INFINITY;
  let offset = 0;
  for (let i = 0; i < 200; i++) {
    const before = process.hrtime.bigint();
    const inner = performance.now();
    const after = process.hrtime.bigint();
    const width = Number(after - before);
    if (width < tightest) {
      tightest = width;
      offset = Number((before + after) / 2n) / 1000 - inner * 1000;
    }
  }
  return offset;
}
