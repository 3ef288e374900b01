/**
 * Latencies counted as they come, in the buckets that HdrHistogram has at three digits.
 *
 * Recording is a shift and an increment, several times less than a call of the histogram; the histogram itself is
 * made once, from the counts, when the measuring is over. Values: whole µs from 0 to 2³¹ − 1 (36 minutes).
 */
import hdr from 'hdr-histogram-js';

/** Exact up to here; above, each doubling of the value halves the resolution. */
const exactBits = 11;
const half = 1 << (exactBits - 1);
const highest = 0x7fffffff;
const buckets = (31 - exactBits + 2) * half;

export class LatencyCounts {
  readonly #counts = new Float64Array(buckets);
  count = 0;
  sumUs = 0;

  record(us: number): void {
    // Clocks of one process do not go back, but a fraction below zero would become a huge unsigned number.
    const value = us <= 0 ? 0 : us >= highest ? highest : (us + 0.5) | 0;
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
      highestTrackableValue: highest,
      numberOfSignificantValueDigits: 3,
      useWebAssembly: false,
    });
    for (const [index, count] of this.#counts.entries())
      if (count > 0) histogram.recordValueWithCount(lowestValueOf(index), count);
    return histogram;
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
