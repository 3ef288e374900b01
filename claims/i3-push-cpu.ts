import { type Claim, figureOfInterval } from '../harness/model.js';
import {
  agrees,
  atEnds,
  crossing,
  digits,
  intervalOf,
  lambdaT,
  number,
  paired,
  pairsOf,
  rateSweep,
} from './evidence.js';
import { keepsUp } from './knee.js';

const claimedFactor = 7;
/** Theirs is "about seven", without decimals. */
const allowed = 1;

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
    'Their figure, 7: a ratio agrees when its whole interval lies from 6 to 8, as "about seven" has no decimals. Agreement everywhere reproduces it; at some λT, or a curve that lies below for certain at one and above at another, makes it hold there. A curve that ends below 7 leaves open what lies beyond, and one that begins above it what lies before; one that has turned before it, with room on the server’s core, contradicts it. Changed after a first run (docs/decisions/0023).',
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
    const last = sweep.at(-1) ?? first;
    const holding = sweep.filter(({ ratio }) => agrees(ratio, claimedFactor, allowed));
    const below = sweep.filter(({ ratio }) => ratio.high < claimedFactor);
    const above = sweep.filter(({ ratio }) => ratio.low > claimedFactor);
    const passes = below.length > 0 && above.length > 0;
    const somewhere = holding.length > 0 || passes;
    // A full core cannot use more CPU time: there the ratio falls of itself.
    const turned =
      below.length === sweep.length && keepsUp(last.a) && sweep.some(({ ratio }) => last.ratio.high < ratio.low);
    const at = crossing(
      sweep.map(({ workload, ratio }): [number, number] => [lambdaT(workload), ratio.median]),
      claimedFactor,
    );
    return {
      outcome:
        holding.length === sweep.length && sweep.length > 1
          ? 'reproduced'
          : somewhere
            ? 'holds under stated conditions'
            : turned
              ? 'contradicted'
              : 'inconclusive',
      value: sweep
        .map(({ workload, ratio }) => `λT = ${digits(lambdaT(workload))}: ${number(ratio)} times pull`)
        .join('; '),
      ...atEnds(
        sweep.map(
          ({ workload, ratio }) => `${figureOfInterval(ratio).figure} times pull at λT = ${digits(lambdaT(workload))}`,
        ),
      ),
      interval: sweep.length === 1 ? intervalOf(first.ratio, '× pull') : null,
      because: [
        'push costs per update and pull per poll, so the factor follows from updates per poll',
        ...(at === null ? [] : [`the medians’ curve is 7 at about λT = ${digits(at)}`]),
        ...(holding.length === 0 ? [] : [`of ${sweep.length} loads ${holding.length} have about 7`]),
        ...(somewhere ? [] : [turned ? 'it has turned before 7' : openEnd(sweep.length, below.length, above.length)]),
      ].join('; '),
      conditions: [
        ...(passes && at !== null ? [`about ${digits(at)} updates per poll`] : []),
        ...(passes ? [] : holding.map(({ workload }) => `λT = ${digits(lambdaT(workload))}`)),
        `measured from λT = ${digits(lambdaT(first.workload))} to ${digits(lambdaT(last.workload))}; what lies beyond is not`,
        'the users at which a server saturates are of a machine and are not judged',
      ],
      evidence: sweep.flatMap(({ a, b }) => [a.key, b.key]),
    };
  },
};

/** Why it is open whether the factor is ever theirs. */
function openEnd(all: number, below: number, above: number): string {
  if (below === all) return 'it stays below 7 up to the last λT measured, and 7 may lie beyond';
  if (above === all) return 'it is above 7 from the first λT measured on, and 7 may lie before';
  return 'no interval lies near 7, and none is below it for certain while another is above';
}
