import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload, fewRepeats } from './base.js';

type Workload = SuiteInput['arms'][number]['workload'];

function scenario(
  id: string,
  title: string,
  updates: Workload['updates'],
  payloadBytes: number,
  subscribers: number,
  intervalMs: number,
  delivery: Workload['delivery'] = 'latest',
): SuiteInput['arms'][number] {
  return {
    workload: {
      ...evidenceWorkload,
      id: `scenario-${id}`,
      title,
      updates,
      payloadBytes,
      subscribers,
      delivery,
      poll: { ...evidenceWorkload.poll, intervalMs },
      warmupMs: Math.max(400, intervalMs * 1.1),
      // At least three updates and two polls of each subscriber.
      windowMs: Math.max(1_500, intervalMs * 2, (3 / updates.rateHz) * 1000),
      drainMs: intervalMs + 1_000,
    },
    transports: ['polling', 'sse', 'websocket'],
    repeats: fewRepeats,
  };
}

/**
 * Scenarios that the article names. Where its code has figures they are used: its monitoring feed sends an event of
 * about 145 B each 500 ms. It has none for the others: those are ours, round, and chosen before any was run, with
 * intervals at which a product would poll. Rates of minutes and hours (news, in earnest) are sped up so that a trial
 * sees some; what an update costs does not depend on it, what polling wastes does.
 */
export const scenarios = {
  id: 'scenarios',
  title: 'The article’s scenarios',
  question: 'Which transport suits dashboards, prices, news, scores, sensors and chat?',
  repeats: fewRepeats,
  quick: ['scenario-dashboard'],
  arms: [
    scenario(
      'dashboard',
      'Dashboard: 50 viewers, 2 readings/s of 145 B, polled every second',
      { rateHz: 2, arrival: 'periodic', burstSize: 1 },
      145,
      50,
      1_000,
    ),
    scenario(
      'prices',
      'Stock prices: 100 viewers, 50 ticks/s in bursts of 5, 64 B, polled every 500 ms',
      { rateHz: 50, arrival: 'bursts', burstSize: 5 },
      64,
      100,
      500,
    ),
    scenario(
      'news',
      'News feed: 200 readers, an item every second, 1 KiB, polled every second',
      { rateHz: 1, arrival: 'poisson', burstSize: 1 },
      1_024,
      200,
      1_000,
      'every',
    ),
    scenario(
      'scores',
      'Game scores: 200 viewers, 5 changes/s, 96 B, polled every second',
      { rateHz: 5, arrival: 'poisson', burstSize: 1 },
      96,
      200,
      1_000,
    ),
    scenario(
      'sensors',
      'IoT sensors: 5 viewers, 500 readings/s, 48 B, polled every 250 ms',
      { rateHz: 500, arrival: 'poisson', burstSize: 1 },
      48,
      5,
      250,
    ),
    scenario(
      'chat',
      'Chat: 100 members, 3 messages/s, 200 B, polled every 500 ms, none may be missed',
      { rateHz: 3, arrival: 'poisson', burstSize: 1 },
      200,
      100,
      500,
      'every',
    ),
  ],
} satisfies SuiteInput;
