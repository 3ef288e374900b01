import type { Arm, Claim, Evidence } from '../harness/model.js';
import {
  aConstant,
  armsWith,
  article,
  atEnds,
  crossing,
  digits,
  figure,
  percent,
  percents,
  rateSweep,
  workloadOf,
} from './evidence.js';

const claimedShare = 0.021;
const idleConnections = 10_000;

/** A share of CPU time without a rate is no figure: any server has 2.1 % at some load. So the load is what is stated. */
export const a5: Claim = {
  id: 'A5',
  title: 'SSE has a CPU overhead of 2.1 %',
  says: 'The CPU overhead is 2.1 %.',
  source: article,
  claimed: '2.1 %, of what and at which load is not said',
  theirMethod: `${aConstant} A sibling article has the same 2.1 % as what a middleware costs.`,
  ourTest:
    'The server’s share of one core, and its CPU time per 1,000 delivered updates, over rising update rates; and what ten thousand open streams cost that are sent nothing.',
  prediction:
    'A share that rises with the load from near nothing, which is also what idle streams take, to a full core: it passes 2.1 % somewhere.',
  threshold:
    'None is possible: without a denominator no measured share agrees or disagrees. The load at 2.1 % is given instead.',
  wouldChange: 'A load and a baseline: updates per second, subscribers, and compared with what.',
  needs: 'SSE arms with the server’s CPU time',
  experiments: ['update-rate', 'ten-thousand'],
  judge(evidence) {
    const found = armsWith(evidence, ['sse'], ['serverCpuShare', 'serverCpuUsPerUpdate', 'achievedPerS'])
      .filter(({ client }) => client === 'raw')
      .map((arm) => ({ arm, workload: workloadOf(evidence, arm) }))
      .filter(({ workload }) => workload.idleMs === undefined);
    const sweep = rateSweep(found, ({ arm }) => arm.subject);
    if (sweep.length === 0) return null;
    const curve = sweep.map(({ arm }): [number, number] => [
      figure(arm, 'achievedPerS').median,
      figure(arm, 'serverCpuShare').median,
    ]);
    const load = crossing(curve, claimedShare);
    const idle = idleArm(evidence);
    return {
      outcome: 'undefined',
      value: [
        ...sweep.map(
          ({ arm }) =>
            `${digits(figure(arm, 'achievedPerS').median)} deliveries/s: ${percents(figure(arm, 'serverCpuShare'))} of a core, ${digits(figure(arm, 'serverCpuUsPerUpdate').median)} ms per 1,000`,
        ),
        idle === undefined
          ? `${idleConnections.toLocaleString('en')} idle streams not measured`
          : `${workloadOf(evidence, idle).subscribers.toLocaleString('en')} idle streams: ${percents(figure(idle, 'idleServerCpuShare'))} of a core`,
      ].join('; '),
      ...atEnds(
        sweep.map(
          ({ arm }) =>
            `${percent(figure(arm, 'serverCpuShare').median)} % of a core at ${digits(figure(arm, 'achievedPerS').median)} deliveries/s`,
        ),
      ),
      because: `nothing says of what or at which load 2.1 % is meant; ${
        load === null
          ? 'none of the loads here lies around it'
          : `here it would be true at about ${digits(load)} deliveries/s`
      }`,
      conditions: [
        'the server process alone, source included; on loopback part of the receivers’ TCP work falls to it',
        sweep[0] === undefined
          ? ''
          : `${sweep[0].workload.subscribers} subscribers, ${sweep[0].workload.payloadBytes} B`,
      ],
      evidence: [...sweep.map(({ arm }) => arm.key), ...(idle === undefined ? [] : [idle.key])],
    };
  },
};

/** Of those that were held idle, the one with the most streams, and of these the one that was idle longest. */
function idleArm(evidence: Evidence): Arm | undefined {
  const size = (arm: Arm) => workloadOf(evidence, arm).subscribers;
  const idleMs = (arm: Arm) => workloadOf(evidence, arm).idleMs ?? 0;
  return armsWith(evidence, ['sse'], ['idleServerCpuShare'])
    .filter((arm) => arm.client === 'raw' && size(arm) >= idleConnections)
    .sort((a, b) => size(b) - size(a) || idleMs(b) - idleMs(a))[0];
}
