import { type Arm, type Claim, type Estimate, type Evidence, formatCount } from '../harness/model.js';
import {
  aConstant,
  armsWith,
  article,
  atEnds,
  digits,
  figure,
  intervalOf,
  percent,
  percents,
  subjectNote,
  workloadOf,
} from './evidence.js';

const claimedShare = 0.95;

/**
 * A share of payload is no property of a protocol: it grows with the payload. So the verdict names the payload
 * from which the claim holds: with o bytes of overhead per update, p / (p + o) ≥ 0.95 from p = 19·o on.
 */
export const a6: Claim = {
  id: 'A6',
  title: 'SSE spends 95 % of its bytes on payload',
  says: 'Of the bytes that SSE sends, 95 % are useful data and 5 % protocol overhead.',
  source: article,
  claimed: '95 % payload, 5 % overhead',
  theirMethod: `${aConstant} A sibling value of the same list calls SSE 100 % efficient.`,
  ourTest:
    'Count every byte the server’s sockets send down an open stream, in four parts, at payloads from 67 B (the article’s own event) to 64 KiB; beside it the packets of everything on the wire.',
  prediction:
    'With o bytes of framing p bytes of payload are p ÷ (p + o) of the stream, so 95 % is reached from p = 19·o on: some 150 B for the event alone, some 300 B to 500 B with ids and chunk framing, over 1 KiB with TCP/IP.',
  threshold:
    '95 %, which is the claim’s own figure: reached where the interval of an arm’s share lies wholly above it, missed where it lies wholly below.',
  wouldChange:
    'A payload range that the claim names: it would then be reproduced or contradicted as it stands, instead of holding from some size on.',
  needs: 'an SSE arm with byte counts',
  experiments: ['payload-size'],
  statement: 'universal',
  judge(evidence) {
    const all = armsWith(
      evidence,
      ['sse'],
      ['downPayloadShare', 'downFramingBytesPerUpdate', 'downHeadBytesPerUpdate', 'downRepeatedBytesPerUpdate'],
    );
    if (all.length === 0) return null;
    const arms = onePerSize(evidence, all);
    const found = arms.map((arm) => {
      const overheadBytes =
        figure(arm, 'downFramingBytesPerUpdate').median +
        figure(arm, 'downHeadBytesPerUpdate').median +
        figure(arm, 'downRepeatedBytesPerUpdate').median;
      return {
        arm,
        overheadBytes,
        payloadBytes: workloadOf(evidence, arm).payloadBytes,
        share: figure(arm, 'downPayloadShare'),
      };
    });
    const reached = found.filter(({ share }) => share.low >= claimedShare);
    const missed = found.filter(({ share }) => share.high < claimedShare);
    const breakEven = found.map(({ overheadBytes }) => (overheadBytes * claimedShare) / (1 - claimedShare));
    return {
      outcome:
        reached.length > 0
          ? 'holds under stated conditions'
          : missed.length === found.length
            ? 'contradicted'
            : 'inconclusive',
      value: found
        .map(
          ({ arm, payloadBytes, share }) =>
            `${percents(share)} at ${formatCount(payloadBytes)} B${subjectNote(arm, arms)}`,
        )
        .join('; '),
      ...atEnds(found.map(({ payloadBytes, share }) => `${percent(share.median)} % at ${formatCount(payloadBytes)} B`)),
      because:
        `each update costs ${range(found.map(({ overheadBytes }) => overheadBytes))} B of SSE and chunk framing beside its payload, ` +
        `so 95 % is reached from a payload of about ${range(breakEven)} B on${onTheWire(evidence, found)}`,
      interval: found.length === 1 ? intervalOf(found[0]?.share as Estimate, 'share of the stream') : null,
      conditions: ['bytes the server sends inside the HTTP connection, while the stream is open'],
      evidence: arms.map(({ key }) => key),
    };
  },
};

/** The bytes of a payload do not vary from one workload to the next: one arm of each size says it all. */
function onePerSize(evidence: Evidence, arms: readonly Arm[]): Arm[] {
  const bySize = new Map<string, Arm>();
  for (const arm of arms) {
    const key = `${workloadOf(evidence, arm).payloadBytes}/${arm.subject}/${arm.client}`;
    if (!bySize.has(key)) bySize.set(key, arm);
  }
  return [...bySize.values()].sort(
    (a, b) => workloadOf(evidence, a).payloadBytes - workloadOf(evidence, b).payloadBytes,
  );
}

/** The same share of everything on the wire, down and up, where that was measured. */
function onTheWire(evidence: Evidence, found: readonly { arm: Arm; payloadBytes: number }[]): string {
  const arms = found.map(({ arm }) => arm);
  const shares = found.flatMap(({ arm, payloadBytes }) => {
    const { wireDownBytesPerUpdate: down, wireUpBytesPerUpdate: up } = arm.metrics;
    return down === undefined || up === undefined
      ? []
      : [
          `${digits((payloadBytes / (down.median + up.median)) * 100)} % at ${formatCount(payloadBytes)} B${subjectNote(arm, arms)}`,
        ];
  });
  const { wire } = evidence.plan;
  if (shares.length === 0) return '; TCP/IP was not measured and raises it further';
  return wire.method === 'estimate'
    ? `. Of everything on the wire, TCP/IP headers and acknowledgements included, payload is an estimated ${shares.join('; ')} (not counted: ${wire.why})`
    : `. Of everything on the wire, TCP/IP headers and acknowledgements included, payload is ${shares.join('; ')}`;
}

function range(values: readonly number[]): string {
  const low = digits(Math.min(...values));
  const high = digits(Math.max(...values));
  return low === high ? low : `${low}–${high}`;
}
