import type { Claim } from '../harness/model.js';
import { crossing, digits, intervalOf, lambdaT, number, paired, pairsOf, rateSweep } from './evidence.js';

const claimedFactor = 7;

/** Their factor is of one load. Push costs per update and pull per poll, so the factor follows from updates per poll. */
export const i3: Claim = {
  id: 'I3',
  title: 'Push costs the server seven times the CPU of pull',
  says: 'With push the server’s CPU use is about seven times that of pull, and its server saturates at 350 to 500 users; pull is good only when its interval is that of the updates.',
  source: {
    title: 'Bozdag, Mesbah, van Deursen, A Comparison of Push and Pull Techniques for AJAX (2007)',
    url: 'https://arxiv.org/abs/0706.3984',
  },
  claimed: 'push ÷ pull ≈ 7',
  theirMethod: 'A Comet server of 2007 against polling, with simulated users; updates and polls at several intervals.',
  ourTest: 'The server’s CPU time with SSE ÷ that with polling under the same updates, over updates per poll (λT).',
  prediction: 'Below 1 where polls are in vain, about proportional to λT beyond: 7 lies somewhere between.',
  threshold:
    'Their figure, 7: a ratio agrees when its interval holds it. Agreement everywhere reproduces it; a curve that passes through 7 makes it hold near that λT; one that stays on one side contradicts it.',
  wouldChange: 'Their load, in updates per poll. 350 to 500 users are of their machine and not tested here.',
  needs: 'SSE and polling arms of the same workloads, with the server’s CPU time',
  experiments: ['update-rate'],
  judge(evidence) {
    const all = pairsOf(evidence, ['sse', 'polling'], ['serverCpuShare']).flatMap((pair) => {
      const ratio = paired(pair.a, pair.b, 'serverCpuShare', (sse, polling) => sse / polling);
      return ratio === null ? [] : [{ ...pair, ratio }];
    });
    const sweep = rateSweep(all, ({ a }) => `${a.client}/${a.subject}`);
    const [first] = sweep;
    if (first === undefined) return null;
    const holding = sweep.filter(({ ratio }) => ratio.low <= claimedFactor && claimedFactor <= ratio.high);
    const below = sweep.filter(({ ratio }) => ratio.high < claimedFactor);
    const above = sweep.filter(({ ratio }) => ratio.low > claimedFactor);
    const at = crossing(
      sweep.map(({ workload, ratio }): [number, number] => [lambdaT(workload), ratio.median]),
      claimedFactor,
    );
    return {
      outcome:
        holding.length === sweep.length
          ? sweep.length > 1
            ? 'reproduced'
            : 'holds under stated conditions'
          : holding.length > 0 || (below.length > 0 && above.length > 0)
            ? 'holds under stated conditions'
            : 'contradicted',
      value: sweep
        .map(({ workload, ratio }) => `λT = ${digits(lambdaT(workload))}: ${number(ratio)} times pull`)
        .join('; '),
      interval: sweep.length === 1 ? intervalOf(first.ratio, '× pull') : null,
      because: `push costs per update and pull per poll, so the factor follows from updates per poll${at === null ? '' : `; it is 7 at about λT = ${digits(at)}`}`,
      conditions: [
        ...(at === null ? [] : [`about ${digits(at)} updates per poll`]),
        `measured from λT = ${digits(lambdaT(first.workload))} to ${digits(lambdaT((sweep.at(-1) ?? first).workload))}; what lies beyond is not`,
        'the users at which a server saturates are of a machine and are not judged',
      ],
      evidence: sweep.flatMap(({ a, b }) => [a.key, b.key]),
    };
  },
};
