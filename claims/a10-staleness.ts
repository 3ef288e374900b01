import type { Arm, Claim, Estimate, Evidence, Verdict } from '../harness/model.js';
import {
  armsWith,
  article,
  contains,
  digits,
  intervalOf,
  milliseconds,
  paired,
  sameBut,
  subjectNote,
  workloadOf,
} from './evidence.js';

/**
 * At a random instant a poller last asked U ago, U uniform on (0, T), and held then what a push subscriber held.
 * So its information is older by U on average: T/2, whatever the arrivals, plus the difference of the two
 * latencies. (Age of information: Kaul, Yates, Gruteser, INFOCOM 2012.) Compared per repetition, in which both
 * are sent the same updates.
 */
export const a10: Claim = {
  id: 'A10',
  title: 'SSE is real-time, polling lags by its interval',
  says: 'Updates over SSE are seen as they happen; with polling they are delayed by the polling interval.',
  source: article,
  claimed: 'real-time against delayed by the interval',
  theirMethod: 'Stated as a property of the two, without a figure.',
  ourTest:
    'Average the age of the newest update that a subscriber holds over the window, for polling and SSE under the very same updates, and take the difference in each repetition.',
  prediction:
    'Half the interval: a poller last asked U ago, U uniform on (0, T). With the article’s own poller, which waits after each response, T grows by the response time.',
  threshold:
    'Zero: the claim is a direction, not a figure. Polling is staler where the interval of the paired difference lies above zero; T/2 is stated beside it.',
  wouldChange: 'A workload in which polling is no staler, such as updates that come exactly when they are polled for.',
  needs: 'an interval-polling and an SSE arm of the same workload',
  experiments: ['poll-interval', 'article-intervals'],
  statement: 'universal',
  judge(evidence) {
    const found = pairs(evidence).flatMap(({ polling, sse }) => {
      const difference = paired(polling, sse, 'stalenessMeanUs', (a, b) => a - b);
      if (difference === null) return [];
      return [{ polling, sse, difference, halfIntervalUs: (workloadOf(evidence, polling).poll.intervalMs * 1000) / 2 }];
    });
    if (found.length === 0) return null;
    const pollingArms = found.map(({ polling }) => polling);
    const [only] = found;
    const fresher = found.filter(({ difference }) => difference.low > 0);
    const staler = found.filter(({ difference }) => difference.high < 0);
    const asPredicted = found.filter(({ difference, halfIntervalUs }) => contains(difference, halfIntervalUs));
    const outcome =
      fresher.length === found.length
        ? 'reproduced'
        : staler.length === found.length
          ? 'contradicted'
          : fresher.length > 0 && staler.length > 0
            ? 'holds under stated conditions'
            : 'inconclusive';
    return {
      outcome,
      value: found
        .map(
          ({ polling, difference, halfIntervalUs }) =>
            `polling is staler by ${milliseconds(difference)}, T/2 = ${digits(halfIntervalUs / 1000)} ms${subjectNote(polling, pollingArms)}`,
        )
        .join('; '),
      interval: found.length === 1 && only !== undefined ? inIntervals(only.difference, 2 * only.halfIntervalUs) : null,
      because: [
        `what a subscriber holds is older on average with polling, for certain, in ${fresher.length} of ${found.length} ${found.length === 1 ? 'comparison' : 'comparisons'}${staler.length === 0 ? '' : `, and fresher in ${staler.length}`}`,
        ...(outcome === 'holds under stated conditions' ? ['as it stands, of any workload, that contradicts it'] : []),
        `uniform poll times predict T/2, which lies inside the interval in ${asPredicted.length} of ${found.length}`,
      ].join('; '),
      conditions: [
        ...new Set(
          (outcome === 'holds under stated conditions' ? fresher : found).map(
            ({ polling }) => workloadOf(evidence, polling).title,
          ),
        ),
      ],
      evidence: found.flatMap(({ polling, sse }) => [polling.key, sse.key]),
    };
  },
};

/** Of several comparisons there is no one figure. */
function inIntervals({ median, low, high }: Estimate, intervalUs: number): Verdict['interval'] {
  return intervalOf({ median: median / intervalUs, low: low / intervalUs, high: high / intervalUs }, '× poll interval');
}

function pairs(evidence: Evidence): { polling: Arm; sse: Arm }[] {
  const pushArms = armsWith(evidence, ['sse'], ['stalenessMeanUs']);
  return armsWith(evidence, ['polling'], ['stalenessMeanUs']).flatMap((polling) => {
    const sse = sameBut(polling, pushArms);
    return sse === undefined ? [] : [{ polling, sse }];
  });
}
