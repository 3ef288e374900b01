import type { FaultKind } from '../contract/faults.js';
import type { Arm, Claim, Estimate, Evidence } from '../harness/model.js';
import { article, digits, disturbedArmsWith, figure, intervalOf, number, paired, workloadOf } from './evidence.js';
import { browserOf } from './pages.js';

/** As the article itself sets it. */
const limit = 10;
/**
 * The browser reconnects by itself as well, which is its own affair and not the client's. How often while a server is away is
 * measured beside it. After an error status it is once: EventSource then gives up (WHATWG HTML, 9.2.3).
 */
const ownAfterError = 1;
/** A stream more than that of one page in ten is no longer the odd connection at the edge of a window. */
const single = 1.1;

/**
 * The client asks an event for its phase and takes the answer for the connection's state. An event that reaches its
 * target has phase 2, and 2 is also what EventSource calls CLOSED: so each error looks final, and the client opens a
 * stream of its own beside the one that the browser is already bringing back.
 */
export const a18: Claim = {
  id: 'A18',
  title: `The advanced client reconnects at most ${limit} times`,
  says: `After an error the article’s advanced client tries again every 2 s, ${limit} times at most, and then gives up.`,
  source: article,
  claimed: `at most ${limit} attempts (maxReconnectAttempts)`,
  theirMethod: 'A client is printed that counts its attempts, with the limit as an option. No run of it is shown.',
  ourTest:
    'Run its logic in pages of a real browser and break the connection: reset it twice, take the server away, answer 500. Count at a proxy how many connections a page opens, less those of EventSource alone while the server is away, and at the server how many streams it has in the end.',
  prediction:
    'eventPhase is 2 in every handler at the target (DOM, 2.2), and EventSource.CLOSED is 2: each error counts as final. After a reset there are two streams, after the next four; while a server is away every stream in the making retries by itself beside the counted attempts. Only an answer that EventSource refuses for good leaves the counter in charge: ten attempts, and the browser’s own.',
  threshold: `More than ${limit} attempts after one loss, beyond those that EventSource alone makes under the same, contradict it. It is as said only if a page also ends with one stream (${single}, for the edge of a window): a reconnect that leaves the old stream alive is a second connection.`,
  wouldChange: 'A client that asks readyState instead of eventPhase, or closes its source before it opens another.',
  needs:
    'event streams of the article’s client (browser-article) through a proxy that counts, with a server that goes away (experiment article-client)',
  experiments: ['article-client'],
  statement: 'universal',
  judge(evidence) {
    const away = armsUnder(evidence, ['restart-server'], ['proxyConnectionsPerSubscriber']);
    if (away.length === 0) return null;
    const refused = armsUnder(evidence, ['answer-500'], ['proxyConnectionsPerSubscriber']);
    const cut = armsUnder(evidence, ['reset-connections'], ['streamsOpenPerSubscriber']);
    const alone = armsUnder(evidence, ['restart-server'], ['proxyConnectionsPerSubscriber'], 'browser-bare');
    const withoutServer = away.map((arm) => lossOf(arm, sameBut(alone, arm)));
    const answered = refused.map((arm): Loss => {
      const all = attemptsOf(arm);
      return { arm, alone: undefined, all, beyond: less(all, ownAfterError) };
    });
    const losses = [...withoutServer, ...answered];
    const exceeded = losses.find(({ beyond }) => beyond !== null && beyond.low > limit);
    // What is not more with the browser's own attempts is not more without them.
    const kept = losses.every(({ all, beyond }) => (beyond ?? all).high <= limit);
    const unknown = losses.some(({ beyond }) => beyond === null);
    const doubled = cut.some((arm) => figure(arm, 'streamsOpenPerSubscriber').low > single);
    const stayedOne = cut.every((arm) => figure(arm, 'streamsOpenPerSubscriber').high <= single);
    const shown = exceeded ?? (losses[0] as Loss);
    return {
      outcome:
        exceeded !== undefined
          ? 'contradicted'
          : !kept || (!doubled && !stayedOne)
            ? 'inconclusive'
            : doubled || cut.length === 0
              ? 'holds under stated conditions'
              : 'reproduced',
      value: [
        ...withoutServer.map(
          ({ arm, all, alone: bare }) =>
            `server away: ${counted(all)} attempts per page (EventSource alone: ${bare === undefined ? 'not measured' : counted(attemptsOf(bare))}), then ${streams(arm)}`,
        ),
        ...refused.map((arm) => `500: ${counted(attemptsOf(arm))} attempts, then ${streams(arm)}`),
        ...cut.map((arm) => `${faultsOf(evidence, arm)} resets: ${streams(arm)}, ${copies(arm)}`),
      ].join('; '),
      interval:
        shown.beyond === null
          ? intervalOf(shown.all, 'attempts per page after one loss, the browser’s own included')
          : intervalOf(shown.beyond, 'attempts per page after one loss, beyond the browser’s own'),
      because: [
        exceeded !== undefined
          ? away.includes(exceeded.arm)
            ? 'its limit counts what it opens itself, and each of those tries again by the browser’s own rule'
            : `after an error status every page tried more than ${limit} times`
          : kept
            ? `no page tried more than ${limit} times beyond what the browser does by itself`
            : unknown
              ? 'how often EventSource alone tries while the server is away is not in this run, so what is the client’s is not known'
              : 'some pages tried more often than that and some did not',
        ...(doubled
          ? ['every error opens a stream beside the one that comes back, and each update then arrives once per stream']
          : []),
        ...(refused.length > 0 && refused.every((arm) => figure(arm, 'streamsOpenPerSubscriber').high === 0)
          ? ['an error status ends it, as the browser then gives up too: the page stays without updates']
          : []),
      ].join('; '),
      conditions: [
        `${browserOf(evidence)}, HTTP/1.1; a browser opens six connections to one host at most, and later streams hang`,
        `reconnectInterval 2 s and maxReconnectAttempts ${limit}, as in the article’s own use; the server asks for \`retry: 1000\``,
        'a connection that opens sets its counter back to 0',
        ...control(evidence),
      ],
      evidence: [...away, ...losses.flatMap(({ alone: bare }) => bare ?? []), ...refused, ...cut].map(({ key }) => key),
    };
  },
};

/** Arms of the client whose workload has faults of just these kinds. */
function armsUnder(
  evidence: Evidence,
  kinds: readonly FaultKind[],
  needed: Parameters<typeof disturbedArmsWith>[2],
  client: Arm['client'] = 'browser-article',
): Arm[] {
  return disturbedArmsWith(evidence, ['sse'], [...needed, 'streamsOpenPerSubscriber']).filter((arm) => {
    const { faults = [] } = workloadOf(evidence, arm);
    return arm.client === client && faults.length > 0 && faults.every(({ kind }) => kinds.includes(kind));
  });
}

/** One loss of the server as the client met it, and as EventSource alone did. */
interface Loss {
  readonly arm: Arm;
  readonly alone: Arm | undefined;
  readonly all: Interval;
  /** Without what the browser does by itself; null: that was not measured. */
  readonly beyond: Interval | null;
}

type Interval = Omit<Estimate, 'values'>;

function lossOf(arm: Arm, alone: Arm | undefined): Loss {
  // Repetition by repetition; the first connection of a page is in both.
  const beyond =
    alone === undefined ? null : paired(arm, alone, 'proxyConnectionsPerSubscriber', (client, bare) => client - bare);
  return { arm, alone: beyond === null ? undefined : alone, all: attemptsOf(arm), beyond };
}

function sameBut(others: readonly Arm[], { workloadId, subject }: Arm): Arm | undefined {
  return others.find((other) => other.workloadId === workloadId && other.subject === subject);
}

/** Connections of a page after its first. */
function attemptsOf(arm: Arm): Interval {
  return less(figure(arm, 'proxyConnectionsPerSubscriber'), 1);
}

function less({ median, low, high }: Interval, by: number): Interval {
  return { median: median - by, low: low - by, high: high - by };
}

function counted(estimate: Interval): string {
  return estimate.low === estimate.high ? digits(estimate.median) : number(estimate);
}

function streams(arm: Arm): string {
  const open = counted(figure(arm, 'streamsOpenPerSubscriber'));
  return `${open} ${open === '1' ? 'stream' : 'streams'} open`;
}

/** On average over the trial, so fewer than there are streams in the end. */
function copies(arm: Arm): string {
  const { duplicate, delivered } = arm.counts;
  return delivered === 0 ? 'no updates' : `${digits(duplicate / delivered)} copies too many of each update`;
}

function faultsOf(evidence: Evidence, arm: Arm): number {
  return workloadOf(evidence, arm).faults?.length ?? 0;
}

/** What the browser's own object does under the same. */
function control(evidence: Evidence): string[] {
  return armsUnder(evidence, ['reset-connections'], [], 'browser-bare').map(
    (arm) =>
      `for comparison, EventSource alone after ${faultsOf(evidence, arm)} resets: ${streams(arm)}, ${copies(arm)}`,
  );
}
