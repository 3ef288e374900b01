import { publishedRequests as table } from '../contract/published-requests.js';
import type { Claim } from '../harness/model.js';
import { article, digits, intervalOf } from './evidence.js';
import {
  agreed,
  byGenerator,
  describeRow,
  disturbed,
  keptAlive,
  missingTools,
  nameOf,
  targetOf,
  theirRatios,
  whole,
  within,
} from './requests.js';

const { wrkKeepAlive: keepAlive, wrkClose: close, abKeepAlive, abClose } = table.Hyperlane;
const least = theirRatios[0] as number;
const most = theirRatios.at(-1) as number;

/** The figure is of a machine; what travels is how many times as much a server answers when connections are kept. */
export const a1: Claim = {
  id: 'A1',
  title: '324,323.71 requests a second with connections kept, six times as many as without',
  says: 'Under load the framework sustains 324,323.71 requests per second with connections kept alive, from which the article concludes that it can push updates to many clients at once.',
  source: article,
  claimed: `${keepAlive.toLocaleString('en')} requests/s; keep-alive ÷ close ${digits(keepAlive / close)} by wrk, ${digits(abKeepAlive / abClose)} by ab`,
  theirMethod:
    'The figure stands in a table of the framework’s: a plain GET answered with 5 bytes (107 B on the wire, so 4.7 % payload), by wrk with 360 connections for 60 s and by ab with 1,000, on one i9-14900KF together with the server. No event stream was open.',
  ourTest:
    'The same GET of the framework itself where it is built, else of our uWebSockets.js server, with 360 connections by our own generator and by wrk, and with 1,000 by ab, as far as they are installed: their flags, a second a block instead of 60, interleaved, server and generator on a core each.',
  prediction:
    'Another figure: it is of a machine. A connection for each request costs a handshake and a goodbye in both kernels, several times what a small request costs; so the ratio should be of their order.',
  threshold: `Requests per second are not testable here. Judged is keep-alive ÷ close, both in requests per second, as theirs is, and per second of the server’s CPU time, as a generator may be at its limit. Holds when the whole interval by every generator lies within ${digits(least)} to ${digits(most)}, the ratios of the seven servers of their table, counted either way; contradicted when all lie outside either way; else inconclusive. Three repeats at least.`,
  wouldChange: 'A server whose requests cost much more than hello: then what a connection costs hardly shows.',
  needs: 'requests per second of Hyperlane or of our server in both modes, measured beside the trials',
  timed: true,
  experiments: [],
  probes: ['requests'],
  judge({ probes }) {
    const requests = probes?.requests;
    const target = requests == null ? undefined : (targetOf(requests, 'hyperlane') ?? targetOf(requests, 'uws'));
    if (requests == null || target === undefined) return null;
    const perCpu = keptAlive(target, 'server CPU second');
    const plain = keptAlive(target, 'second');
    const judged = (found: typeof perCpu) =>
      within(
        found.map(({ ratio }) => ratio),
        [least, most],
      );
    const where = agreed(judged(perCpu), judged(plain));
    const best = Math.max(0, ...target.rows.map(({ requestsPerS }) => requestsPerS?.median ?? 0));
    return {
      outcome:
        where === 'inside' ? 'holds under stated conditions' : where === 'outside' ? 'contradicted' : 'inconclusive',
      value: `keep-alive ÷ close of ${nameOf(target)} per server CPU second: ${byGenerator(perCpu)}; in plain requests/s: ${byGenerator(plain)}; at most ${whole(best)} requests/s here`,
      interval: perCpu[0] === undefined ? null : intervalOf(perCpu[0].ratio, '× close, per server CPU second'),
      because:
        perCpu.length === 0
          ? 'fewer than three repeats of both modes came with the server’s CPU time'
          : {
              inside: `keeping connections gives ${nameOf(target)} a ratio among theirs, ${digits(least)} to ${digits(most)}; how many requests a second that is, is its machine’s`,
              outside: `keeping connections gives ${nameOf(target)} another ratio than any of theirs, ${digits(least)} to ${digits(most)}`,
              unknown: `the intervals lie across the ends of what their servers have, ${digits(least)} to ${digits(most)}, or generators or the two ways of counting disagree`,
            }[where],
      conditions: [
        `${keepAlive.toLocaleString('en')} requests/s are of their machine: not testable here`,
        'a GET of hello says how many requests are answered, and nothing of open streams: see A2, A3 and I15',
        ...disturbed(target),
        ...target.rows.map(describeRow),
        ...(target.subject === 'hyperlane'
          ? []
          : ['Hyperlane itself is not in this run: npm run frameworks builds it']),
        ...missingTools(requests),
        `${digits(requests.settings.durationS)} s a block, theirs 60 s; loopback, where the kernel does part of the server’s work in the generator’s system calls`,
      ],
      evidence: [],
      probes: ['requests'],
      samples: target.blocks.length,
    };
  },
};
