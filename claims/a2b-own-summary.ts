import type { Claim, Evidence } from '../harness/model.js';
import { article, digits, spread } from './evidence.js';

type Loops = NonNullable<NonNullable<Evidence['probes']>['article-loop']>['loops'];

const events = 1000;
const sleepMs = 1;

/**
 * The loop sleeps a millisecond after each write and divides the whole time by the number of events. So its own summary
 * is at least the sleep, whatever is measured: twenty times the 50 µs that the article reads from it.
 */
export const a2b: Claim = {
  id: 'A2b',
  title: 'A test of 1,000 events shows 50 µs per event',
  says: 'A handler that sends 1,000 events, with 1 ms between them, and sums itself up, shows an average of 50 µs.',
  source: article,
  claimed: '50 µs as average_event_time_us; its events per second are not given',
  theirMethod: 'The total time of the loop, sleeps included, divided by 1,000. No printed summary is shown.',
  ourTest:
    'Arithmetic on the loop as it is printed. It is run as well, on real servers, and its own summary set beside what a raw client received of it; by hand: pushlab serve, then GET /article/performance.',
  prediction: 'average_event_time_us ≥ 1,000 and events_per_second ≤ 1,000, on any machine.',
  threshold: 'The sleep: 1,000 sleeps of 1 ms take a second at least, so 1,000 µs per event is a lower bound.',
  wouldChange: 'A loop that does not sleep, or that subtracts its sleeps.',
  needs: 'nothing: the loop decides. Where it was run (probe article-loop), its summaries are shown',
  experiments: [],
  probes: ['article-loop'],
  judge({ probes }) {
    const leastUs = (events * sleepMs * 1000) / events;
    const loops = probes?.['article-loop']?.loops ?? [];
    return {
      outcome: 'refuted by arithmetic',
      value: [
        `at least ${leastUs.toLocaleString('en')} µs per event, at most ${(1e6 / leastUs).toLocaleString('en')} events/s`,
        ...[...new Set(loops.map(({ subject }) => subject))].map((subject) => shownBy(subject, loops)),
      ].join('; '),
      because:
        'the loop sleeps for 1 ms after each event and counts the sleep, so its own summary cannot print less than 1,000 µs: twenty times what is claimed',
      conditions: ['timers that sleep no shorter than asked'],
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
  const { median, low, high } = spread(values);
  return `${digits(median)} (${digits(low)}–${digits(high)})`;
}
