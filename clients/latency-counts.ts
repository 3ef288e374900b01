/**
 * Latencies counted as they come, in the buckets that HdrHistogram has at three digits: every value within 0.1 %.
 *
 * Recording is a shift and an increment, a twentieth of what a call of the library costs, and that call was more than half
 * of what remembering an update cost (docs/decisions/0014). The histogram itself is made once, from the counts, when the
 * measuring is over, and holds exactly what it would have held.
 */
import hdr from 'hdr-histogram-js';
import type { EncodedHistogram } from '../contract/trial.js';

/** Exact up to here; above, each doubling of the value halves the resolution. */
const exactBits = 11;
const half = 1 << (exactBits - 1);
/** One hour in µs: nothing that is measured takes longer. Below 2³², as the shifts need it. */
const highestUs = 3_600_000_000;
const buckets = (32 - exactBits + 2) * half;

export class LatencyCounts {
  readonly #counts = new Uint32Array(buckets);
  count = 0;
  sumUs = 0;

  record(us: number): void {
    // Two processes read one clock to within a fraction of a µs, so a value just below zero is zero.
    const value = us <= 0 ? 0 : us >= highestUs ? highestUs : (us + 0.5) >>> 0;
    this.count++;
    this.sumUs += us;
    (this.#counts[indexOf(value)] as number)++;
  }

  clear(): void {
    this.#counts.fill(0);
    this.count = 0;
    this.sumUs = 0;
  }

  histogram(): hdr.Histogram {
    const histogram = hdr.build({
      bitBucketSize: 64,
      autoResize: false,
      lowestDiscernibleValue: 1,
      highestTrackableValue: highestUs,
      numberOfSignificantValueDigits: 3,
      // Plain JavaScript: the WebAssembly one would have to be awaited first.
      useWebAssembly: false,
    });
    for (const [index, count] of this.#counts.entries())
      if (count > 0) histogram.recordValueWithCount(lowestValueOf(index), count);
    return histogram;
  }

  encode(): EncodedHistogram {
    return { unit: 'us', count: this.count, encoded: hdr.encodeIntoCompressedBase64(this.histogram()) };
  }
}

/** The buckets in order of value: `half` of them for each doubling, twice as many for the first. */
function indexOf(value: number): number {
  const shift = Math.max(0, 32 - exactBits - Math.clz32(value));
  return shift * half + (value >>> shift);
}

function lowestValueOf(index: number): number {
  const shift = Math.max(0, Math.floor(index / half) - 1);
  return (index - shift * half) * 2 ** shift;
}
