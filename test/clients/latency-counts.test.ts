import assert from 'node:assert/strict';
import { test } from 'node:test';
import hdr from 'hdr-histogram-js';
import { LatencyCounts } from '../../clients/latency-counts.js';
import { seededRandom } from '../../contract/random.js';

test('counts are those that HdrHistogram itself would hold, at every magnitude', () => {
  const counts = new LatencyCounts();
  const expected = hdr.build({
    bitBucketSize: 64,
    highestTrackableValue: 3_600_000_000,
    numberOfSignificantValueDigits: 3,
  });
  const random = seededRandom(7);
  const values = [0, 1, 2047, 2048, 2049, 4095, 4096, 0x7fffffff, 0x80000000, 3_600_000_000];
  for (let i = 0; i < 20_000; i++) values.push(Math.floor(2 ** (random() * 31.7)));
  for (const value of values) {
    counts.record(value);
    expected.recordValue(value);
  }
  const histogram = counts.histogram();
  assert.equal(counts.count, values.length);
  assert.equal(histogram.totalCount, values.length);
  for (const percent of [0, 1, 10, 25, 50, 75, 90, 99, 99.9, 99.99, 100])
    assert.equal(histogram.getValueAtPercentile(percent), expected.getValueAtPercentile(percent), `p${percent}`);
});

test('fractions are rounded, and what lies outside is held at the edge', () => {
  const counts = new LatencyCounts();
  for (const us of [-0.3, 0.4, 0.6, 1e12]) counts.record(us);
  const histogram = counts.histogram();
  assert.equal(histogram.getValueAtPercentile(50), 0);
  assert.equal(histogram.getValueAtPercentile(75), 1);
  assert.ok(Math.abs(histogram.maxValue / 3_600_000_000 - 1) < 0.001);
});

test('a cleared one is empty', () => {
  const counts = new LatencyCounts();
  counts.record(5);
  counts.clear();
  assert.equal(counts.histogram().totalCount, 0);
  assert.equal(counts.sumUs, 0);
});
