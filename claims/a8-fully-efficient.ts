import type { Workload } from '../contract/trial.js';
import { type Arm, type Claim, formatCount } from '../harness/model.js';
import {
  aConstant,
  armsWith,
  article,
  digits,
  disturbedArmsWith,
  figure,
  intervalOf,
  percents,
  workloadOf,
} from './evidence.js';

/** `data: ` and the empty line that ends an event (WHATWG HTML, 9.2.5). */
const leastFramingBytes = 'data: \n\n'.length;
/** What WHATWG HTML, 9.2.7, advises against proxies that cut silence: a comment every 15 s. */
const heartbeatS = 15;

/**
 * 100 % would mean that every byte is payload. The format alone forbids it, and the same list says 95 %. Heartbeats and
 * reconnects come on top, and are counted where a run has them.
 */
export const a8: Claim = {
  id: 'A8',
  title: 'SSE uses its bandwidth with 100 % efficiency',
  says: 'Of the bandwidth that SSE takes, 100 % is used efficiently, where polling manages 20 %.',
  source: article,
  claimed: '100 % efficient',
  theirMethod: `${aConstant} Another value of that list says 95 % payload.`,
  ourTest:
    'The share of payload in what the server’s sockets send at the largest payload measured, and what a reset adds: heads of the new response and updates sent again.',
  prediction:
    'Below 100 % at any payload: an event has 8 B around its data at least, and a chunk frame; a heartbeat carries nothing at all.',
  threshold: '100 %, the claim’s own figure: one byte that is not payload refutes it.',
  wouldChange:
    'Another meaning: that no exchange is in vain. Of a stream that is never silent and never breaks, that is so.',
  needs: 'nothing for the verdict; an SSE arm with byte counts for figures',
  experiments: ['payload-size', 'interruption'],
  judge(evidence) {
    const [best] = armsWith(evidence, ['sse'], ['downPayloadShare', 'downFramingBytesPerUpdate']).sort(
      (a, b) => figure(b, 'downPayloadShare').median - figure(a, 'downPayloadShare').median,
    );
    const broken = disturbedArmsWith(evidence, ['sse'], ['downHeadBytesPerUpdate', 'downRepeatedBytesPerUpdate']).find(
      (arm) => arm.client === 'raw' && arm.counts.reconnects > 0 && workloadOf(evidence, arm).faults !== undefined,
    );
    return {
      outcome: 'refuted by arithmetic',
      value:
        best === undefined
          ? `less than 100 %: ${leastFramingBytes} B around each event at least`
          : `${percents(figure(best, 'downPayloadShare'))} at best, at ${formatCount(workloadOf(evidence, best).payloadBytes)} B${broken === undefined ? '' : withResets(broken, workloadOf(evidence, broken))}`,
      interval:
        best === undefined
          ? null
          : intervalOf(figure(best, 'downFramingBytesPerUpdate'), 'B of framing per update at best'),
      because: `an event cannot be written without ${leastFramingBytes} B of its format, and the article’s own list says 95 % (A6). In silence a comment every ${heartbeatS} s is all there is, with no payload in it`,
      conditions: ['bytes the server sends inside the HTTP connection; TCP/IP comes on top'],
      evidence: [best, broken].flatMap((arm) => (arm === undefined ? [] : [arm.key])),
    };
  },
};

/** All of it of the window. Reconnects are counted over the whole trial, so they divide none of it. */
function withResets(arm: Arm, { faults = [], windowMs }: Workload): string {
  const [heads, repeated] = [figure(arm, 'downHeadBytesPerUpdate'), figure(arm, 'downRepeatedBytesPerUpdate')];
  const times = faults.length === 1 ? 'one break' : `${faults.length} breaks`;
  return `; with ${times} in ${digits(windowMs / 1000)} s each update takes ${digits(heads.median)} B of new heads and ${digits(repeated.median)} B of updates sent again besides`;
}
