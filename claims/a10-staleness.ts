import type { Arm, Claim, Evidence } from '../harness/model.js';
import { armsWith, article, contains, digits, milliseconds, paired, subjectNote, workloadOf } from './evidence.js';

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
  needs: 'an interval-polling and an SSE arm of the same workload',
  judge(evidence) {
    const found = pairs(evidence).flatMap(({ polling, sse }) => {
      const difference = paired(polling, sse, 'stalenessMeanUs', (a, b) => a - b);
      if (difference === null) return [];
      return [{ polling, sse, difference, halfIntervalUs: (workloadOf(evidence, polling).poll.intervalMs * 1000) / 2 }];
    });
    if (found.length === 0) return null;
    const pollingArms = found.map(({ polling }) => polling);
    const fresher = found.filter(({ difference }) => difference.low > 0);
    const staler = found.filter(({ difference }) => difference.high < 0);
    const asPredicted = found.filter(({ difference, halfIntervalUs }) => contains(difference, halfIntervalUs));
    return {
      outcome:
        fresher.length === found.length
          ? 'reproduced'
          : staler.length === found.length
            ? 'contradicted'
            : fresher.length > 0 && staler.length > 0
              ? 'holds under stated conditions'
              : 'inconclusive',
      value: found
        .map(
          ({ polling, difference, halfIntervalUs }) =>
            `polling is staler by ${milliseconds(difference)}, T/2 = ${digits(halfIntervalUs / 1000)} ms${subjectNote(polling, pollingArms)}`,
        )
        .join('; '),
      because:
        'what a subscriber holds is that much older on average with polling. Uniform poll times predict T/2, which ' +
        (found.length === 1
          ? `lies ${asPredicted.length === 1 ? 'inside' : 'outside'} the interval`
          : `lies inside the interval in ${asPredicted.length} of ${found.length} comparisons`),
      conditions: [...new Set(found.map(({ polling }) => workloadOf(evidence, polling).title))],
      evidence: found.flatMap(({ polling, sse }) => [polling.key, sse.key]),
    };
  },
};

function pairs(evidence: Evidence): { polling: Arm; sse: Arm }[] {
  const pushArms = armsWith(evidence, ['sse'], ['stalenessMeanUs']);
  return armsWith(evidence, ['polling'], ['stalenessMeanUs']).flatMap((polling) => {
    const sse = pushArms.find(
      (arm) =>
        arm.workloadId === polling.workloadId && arm.client === polling.client && arm.subject === polling.subject,
    );
    return sse === undefined ? [] : [{ polling, sse }];
  });
}
