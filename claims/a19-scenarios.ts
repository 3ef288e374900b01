import { transports } from '../contract/transports.js';
import type { Arm, Claim, Evidence, MetricId } from '../harness/model.js';
import { armsWith, article, number, paired, workloadOf } from './evidence.js';

/** A twentieth staler is nothing that anybody sees; nor is a millisecond, where a twentieth is less than a clock can tell. */
const allowed = { share: 0.05, us: 1_000 } as const;
/** Who has to be beside SSE: where one of them is missing, nobody knows whether it is fresher. */
const rivals = ['polling', 'websocket'] as const;
const complete = 0.999;
/** As many as the claim names. */
const allOfThem = 6;

/**
 * "Suitable" is no figure. What the article promises of it is real-time delivery, so SSE suits a scenario where it brings
 * everything and no other transport leaves its subscribers fresher. What each costs is said beside it, and decides nothing.
 */
export const a19: Claim = {
  id: 'A19',
  title: 'SSE suits dashboards, prices, news, scores, sensors and chat',
  says: 'SSE is well suited for monitoring, stock prices, news, game scores, sensors and chat.',
  source: article,
  claimed: 'suitable for all of them',
  theirMethod: 'Recommended from experience. Only the monitoring feed has figures: 100 events, 500 ms apart.',
  ourTest:
    'Each scenario as a workload, polling, SSE and WebSocket side by side under the same updates. The rates, sizes and audiences are in suites/evidence/scenarios.ts with where they come from; all but the monitoring feed’s are ours.',
  prediction:
    'SSE and WebSocket equally fresh everywhere, polling staler by half its interval. WebSocket has the fewest bytes; polling the least load where many updates come per poll.',
  threshold:
    'As fresh as polling and WebSocket, both of them measured, and 99.9 % delivered. As fresh is within 5 % or a millisecond, whichever is more, and never finer than the instrument: nobody sees less. In all six scenarios for the claim as it stands, in some for those.',
  wouldChange: 'Scenarios in which subscribers talk back (chat and games do), or other rates.',
  needs: 'SSE arms of the scenarios, and others beside them',
  experiments: ['scenarios'],
  timed: true,
  judge(evidence) {
    const found = armsWith(evidence, ['sse'], ['stalenessMeanUs', 'deliveredShare'])
      .filter(({ workloadId }) => workloadId.startsWith('scenario-'))
      .flatMap((sse) => {
        const others = armsWith(evidence, rivals, ['stalenessMeanUs']).filter(
          ({ workloadId, client, subject }) =>
            workloadId === sse.workloadId && client === sse.client && subject === sse.subject,
        );
        return others.length === 0
          ? []
          : [{ sse, others, ...fitness(sse, others, evidence.summary.resolutionUs ?? 0) }];
      });
    if (found.length === 0) return null;
    const suits = found.filter((one) => one.suits);
    const fails = found.filter((one) => one.fails);
    const unclear = found.filter((one) => !one.suits && !one.fails);
    const named = (some: typeof found) => some.map(({ sse }) => nameOf(sse)).join(', ');
    return {
      outcome:
        suits.length === found.length && found.length >= allOfThem
          ? 'reproduced'
          : fails.length === found.length
            ? 'contradicted'
            : suits.length > 0
              ? 'holds under stated conditions'
              : 'inconclusive',
      value: found.map(({ sse, others }) => describe(evidence, [sse, ...others])).join('; '),
      inShort: `as fresh as polling and WebSocket in ${suits.length} of ${found.length} ${found.length === 1 ? 'scenario' : 'scenarios'}`,
      because: [
        `SSE brings everything and is as fresh as polling and WebSocket in ${suits.length} of ${found.length} ${found.length === 1 ? 'scenario' : 'scenarios'}`,
        ...(fails.length === 0 ? [] : [`not in ${named(fails)}`]),
        ...(unclear.length === 0 ? [] : [`not certain, or not compared with both, in ${named(unclear)}`]),
      ].join('; '),
      conditions: [
        ...found.map(({ sse }) => workloadOf(evidence, sse).title),
        'from server to subscriber only: what subscribers send back, in chat and games, is not measured',
      ],
      evidence: found.flatMap(({ sse, others }) => [sse, ...others].map(({ key }) => key)),
    };
  },
};

function fitness(
  sse: Arm,
  others: readonly Arm[],
  resolutionUs: number,
): { readonly suits: boolean; readonly fails: boolean } {
  const share = sse.metrics.deliveredShare;
  const leastUs = Math.max(allowed.us, resolutionUs);
  // By how much SSE is staler than it may be, repetition by repetition.
  const excess = others.map((other) =>
    paired(sse, other, 'stalenessMeanUs', (a, b) => a - b - Math.max(allowed.share * b, leastUs)),
  );
  const compared = rivals.every((transport) => others.some((other) => other.transport === transport));
  return {
    suits:
      compared && share !== undefined && share.low >= complete && excess.every((us) => us !== null && us.high <= 0),
    fails: (share !== undefined && share.high < complete) || excess.some((us) => us !== null && us.low > 0),
  };
}

function describe(evidence: Evidence, arms: readonly Arm[]): string {
  const best = (metric: MetricId, what: string) => `${what} ${leastOf(arms, metric)}`;
  const [sse, ...others] = arms as [Arm, ...Arm[]];
  const polling = others.find(({ transport }) => transport === 'polling');
  const ratio = polling === undefined ? null : paired(polling, sse, 'stalenessMeanUs', (a, b) => a / b);
  return `${nameOf(sse)} (λ ${workloadOf(evidence, sse).updates.rateHz}/s): ${best('stalenessMeanUs', 'freshest')}, ${best('serverCpuShare', 'least server CPU')}, ${best('bytesPerUpdate', 'fewest bytes')}${ratio === null ? '' : `; polling is ${number(ratio)} times as stale as SSE`}`;
}

/** Who has the least, and whoever is not certainly above: paired, since all were sent the same updates. */
function leastOf(arms: readonly Arm[], metric: MetricId): string {
  const measured = arms.filter((arm) => arm.metrics[metric] !== undefined);
  const [least] = [...measured].sort(
    (a, b) => (a.metrics[metric]?.median as number) - (b.metrics[metric]?.median as number),
  );
  if (least === undefined) return 'not measured';
  const tied = measured.filter((arm) => {
    const difference = arm === least ? null : paired(arm, least, metric, (a, b) => a - b);
    return difference === null || difference.low <= 0;
  });
  const names = tied.map(({ transport }) => transports[transport].title);
  return tied.length === 1 ? (names[0] as string) : `${names.join(' and ')} (tied)`;
}

function nameOf({ workloadId }: Arm): string {
  return workloadId.replace('scenario-', '');
}
