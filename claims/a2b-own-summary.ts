import type { Claim } from '../harness/model.js';
import { article } from './evidence.js';

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
    'Arithmetic on the loop as it is printed. It can be watched too: pushlab serve, then GET /article/performance, whose last event is the summary.',
  prediction: 'average_event_time_us ≥ 1,000 and events_per_second ≤ 1,000, on any machine.',
  threshold: 'The sleep: 1,000 sleeps of 1 ms take a second at least, so 1,000 µs per event is a lower bound.',
  wouldChange: 'A loop that does not sleep, or that subtracts its sleeps.',
  needs: 'nothing: the loop decides',
  experiments: [],
  otherEvidence: 'arithmetic on the loop as printed; no trial can change it',
  judge() {
    const leastUs = (events * sleepMs * 1000) / events;
    return {
      outcome: 'refuted by arithmetic',
      value: `at least ${leastUs.toLocaleString('en')} µs per event, at most ${(1e6 / leastUs).toLocaleString('en')} events/s`,
      because:
        'the loop sleeps for 1 ms after each event and counts the sleep, so its own summary cannot print less than 1,000 µs: twenty times what is claimed',
      conditions: ['timers that sleep no shorter than asked'],
      evidence: [],
    };
  },
};
