import { type Arm, type Claim, type Estimate, figureOfInterval } from '../harness/model.js';
import {
  aConstant,
  article,
  atEnds,
  crossing,
  digits,
  figure,
  intervalOf,
  lambdaT,
  number,
  paired,
  pairsOf,
  rateSweep,
} from './evidence.js';

/** A tenth staler is as fresh, for somebody who looks. */
const asFresh = 1.1;

/**
 * Polling costs the server per poll, push per update. So who costs less depends on updates per poll (λT): polling
 * coalesces what came meanwhile into one response, and push sends each.
 */
export const a9: Claim = {
  id: 'A9',
  title: 'The server’s load is minimal with SSE and high with polling',
  says: 'SSE puts minimal load on the server, polling a high one because of its constant requests.',
  source: article,
  claimed: 'minimal against high',
  theirMethod: aConstant,
  ourTest:
    'Set the server’s CPU time against each other under the same updates, from a fifth of an update per poll to a hundred; also at the article’s intervals, and where polling is as fresh as SSE.',
  prediction:
    'A poll costs a few times what a pushed update does, so SSE is lighter until a few updates come per poll (λT of 2 to 10), and heavier beyond. As fresh as SSE, polling costs many times more.',
  threshold:
    'Equal CPU time: lighter or heavier is who has the whole interval of the paired ratio on its side of 1. Lighter at every λT would reproduce the claim.',
  wouldChange: 'A range of update rates and poll intervals that the claim names.',
  needs: 'polling and SSE arms of the same workloads, with the server’s CPU time',
  experiments: ['update-rate', 'poll-interval', 'article-intervals'],
  judge(evidence) {
    const all = pairsOf(evidence, ['polling', 'sse'], ['serverCpuShare', 'serverCpuUsPerUpdate']).flatMap((pair) => {
      const ratio = paired(pair.a, pair.b, 'serverCpuShare', (polling, sse) => polling / sse);
      return ratio === null ? [] : [{ ...pair, ratio }];
    });
    const sweep = rateSweep(all, ({ a }) => `${a.client}/${a.subject}`);
    const [first] = sweep;
    if (first === undefined) return null;
    const last = sweep.at(-1) ?? first;
    const lighter = sweep.filter(({ ratio }) => ratio.low > 1);
    const heavier = sweep.filter(({ ratio }) => ratio.high < 1);
    const even = crossing(
      sweep.map(({ workload, ratio }): [number, number] => [lambdaT(workload), ratio.median]),
      1,
    );
    const closed = all.filter(({ workload }) => workload.poll.pacing === 'response-end');
    const fresh = all.filter(({ a, b }) => isAsFresh(a, b));
    return {
      outcome:
        lighter.length === sweep.length
          ? 'reproduced'
          : heavier.length === sweep.length
            ? 'contradicted'
            : lighter.length > 0
              ? 'holds under stated conditions'
              : 'inconclusive',
      value: [
        ...sweep.map(
          ({ workload, ratio, a, b }) =>
            `λT = ${digits(lambdaT(workload))}: polling costs ${number(ratio)} times SSE (per fresh update ${digits(figure(a, 'serverCpuUsPerUpdate').median)} against ${digits(figure(b, 'serverCpuUsPerUpdate').median)} µs)`,
        ),
        ...closed.map(
          ({ workload, ratio }) =>
            `at the article’s ${digits(workload.poll.intervalMs)} ms and ${digits(workload.updates.rateHz)} updates/s ${number(ratio)} times`,
        ),
        ...fresh.map(
          ({ workload, ratio }) =>
            `as fresh as SSE, polled every ${digits(workload.poll.intervalMs)} ms, ${number(ratio)} times`,
        ),
      ].join('; '),
      ...atEnds(
        sweep.map(
          ({ workload, ratio }) =>
            `polling costs ${figureOfInterval(ratio).figure} times SSE at λT = ${digits(lambdaT(workload))}`,
        ),
      ),
      interval: sweep.length === 1 ? intervalOf(first.ratio, '× SSE') : null,
      because:
        even === null
          ? 'a poll costs per request and a push per update; at the loads measured the two do not cross'
          : `a poll costs per request and a push per update, so who is lighter depends on updates per poll: the two cross at about λT = ${digits(even)}`,
      conditions: [
        ...(even === null || lighter.length === 0 ? [] : [`fewer than about ${digits(even)} updates per poll`]),
        `measured from λT = ${digits(lambdaT(first.workload))} to ${digits(lambdaT(last.workload))}; what lies beyond is not`,
        'CPU time of the server process; polling for the current state, which lets it skip what is superseded',
      ],
      evidence: [...new Set([...sweep, ...closed, ...fresh].flatMap(({ a, b }) => [a.key, b.key]))],
    };
  },
};

function isAsFresh(polling: Arm, sse: Arm): boolean {
  const [ofPolling, ofSse] = [polling.metrics.stalenessMeanUs, sse.metrics.stalenessMeanUs];
  return ofPolling !== undefined && ofSse !== undefined && median(ofPolling) <= asFresh * median(ofSse);
}

function median(estimate: Estimate): number {
  return estimate.median;
}
