import type { Claim, Evidence } from '../harness/model.js';
import { article, number, spread } from './evidence.js';

type Loops = NonNullable<NonNullable<Evidence['probes']>['article-loop']>['loops'];

const events = 1000;
const sleepMs = 1;

/**
 * The loop has two timers, one around each write and one around all of it, and 50 µs is not said to be of either. The
 * second counts a sleep of a millisecond after each write, so what it sums up to is twenty times that at least, whatever
 * is measured. The first leaves the sleep out: that is A2.
 */
export const a2b: Claim = {
  id: 'A2b',
  title: 'A test of 1,000 events shows 50 µs on average',
  says: 'A handler that sends 1,000 events with 1 ms between them, times each write and sums itself up, shows 50 µs on average.',
  source: article,
  claimed: '50 µs on average; which of its two timers is not said',
  theirMethod:
    'Of its two timers one is around each write, and the other is the total time of the loop, sleeps included, divided by 1,000. Nothing that either printed is shown.',
  ourTest:
    'Arithmetic on the summary of the loop as it is printed; the timer around each write is judged as A2. The loop is run as well, on real servers, and its own summary set beside what a raw client received of it; by hand: pushlab serve, then GET /article/performance.',
  prediction: 'average_event_time_us ≥ 1,000 and events_per_second ≤ 1,000, on any machine.',
  threshold:
    'The sleep: 1,000 sleeps of 1 ms take a second at least, so 1,000 µs per event is a lower bound of what the summary prints.',
  wouldChange:
    'A loop that does not sleep, or that subtracts its sleeps; or that the timer around each write is meant.',
  needs: 'nothing: the loop decides. Where it was run (probe article-loop), its summaries are shown',
  experiments: [],
  probes: ['article-loop'],
  judge({ probes }) {
    const leastUs = (events * sleepMs * 1000) / events;
    const loops = probes?.['article-loop']?.loops ?? [];
    return {
      outcome: 'refuted by arithmetic',
      value: [
        `in the summary at least ${leastUs.toLocaleString('en')} µs per event, at most ${(1e6 / leastUs).toLocaleString('en')} events/s`,
        ...[...new Set(loops.map(({ subject }) => subject))].map((subject) => shownBy(subject, loops)),
      ].join('; '),
      because:
        'if 50 µs is of its summary: the loop sleeps for 1 ms after each event and counts the sleep, so the summary cannot print less than 1,000 µs, twenty times as much',
      conditions: [
        'the reading as its summary only; the timer around each write leaves the sleep out, and is not refuted by this (A2)',
        'timers that sleep no shorter than asked',
      ],
      evidence: [],
      ...(loops.length === 0 ? {} : { probes: ['article-loop'], samples: loops.length }),
    };
  },
};

/** What the loop prints of itself, and what of it arrived. */
function shownBy(subject: string, loops: Loops): string {
  const own = loops.filter((loop) => loop.subject === subject);
  const summaries = own.flatMap(({ summary }) => (summary === null ? [] : [summary]));
  const received = own.map(({ receivedPerS }) => receivedPerS).filter((value) => value !== null);
  const gaps = own.flatMap(({ gaps: found }) => (found === null ? [] : [found.p50Us]));
  return [
    `${subject}: its summary prints ${range(summaries.map((summary) => summary.average_event_time_us))} µs per event and ${range(summaries.map((summary) => summary.events_per_second))} events/s`,
    `received ${range(received)} events/s, ${range(gaps)} µs apart (p50)`,
  ].join(', ');
}

function range(values: readonly number[]): string {
  if (values.length === 0) return 'nothing';
  return number(spread(values));
}
