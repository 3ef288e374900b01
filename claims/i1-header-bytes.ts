import type { Claim } from '../harness/model.js';
import { armsWith, digits, figure, intervalOf, sameBut, spread, workloadOf } from './evidence.js';

const theirs = { headerBytesPerPoll: 871, frameBytes: 2 };
/** Their megabit is 2²⁰ bits: 871 B × 1,000 clients × 8 / 2²⁰ = 6.645. */
const bitsPerMegabit = 2 ** 20;

/** Traffic of one update per second to that many clients, in their unit. */
export function megabitsPerS(bytesPerUpdate: number, clients: number): number {
  return (bytesPerUpdate * clients * 8) / bitsPerMegabit;
}

/**
 * 871 B is what one browser and one server of 2010 put into their headers, and no machine of ours reproduces that. What
 * can be judged is the portable form: header bytes per poll against frame bytes per update, on equal terms.
 */
export const i1: Claim = {
  id: 'I1',
  title: 'A poll costs 871 B of headers, a WebSocket update 2 B',
  says: 'Polling at 1 Hz sends 871 B of HTTP headers per update where WebSocket sends a 2 B frame head: for 1,000, 10,000 and 100,000 clients 6.6, 66 and 665 Mbit/s against 0.015, 0.153 and 1.526.',
  source: {
    title: 'Lubbers & Greco, HTML5 Web Sockets: A Quantum Leap in Scalability for the Web',
    url: 'http://www.websocket.org/quantum.html',
  },
  claimed: '871 B against 2 B per update (436 : 1)',
  theirMethod:
    'Arithmetic: the HTTP headers of one request and response of a browser of 2010, 871 B, against a WebSocket frame head of 2 B, times clients. Neither payload nor TCP/IP.',
  ourTest:
    'Count header bytes of a poll, both ways, and framing bytes of a WebSocket update under the same workload; put ours into their sum.',
  prediction:
    'Some 150 B per poll with only the fields HTTP needs, and 2 B or 4 B per frame. The ratio is large, and not theirs.',
  threshold:
    'Equal bytes: 871 B are what one browser chose to send, so only the direction is portable. The claim holds for headers of its size where the interval of the ratio lies above 1.',
  wouldChange: 'A poll that costs no more than a frame, as header compression (HPACK) might come near to.',
  needs: 'an interval-polling and a WebSocket arm',
  experiments: ['five-updates'],
  judge(evidence) {
    const polling = armsWith(
      evidence,
      ['polling'],
      ['downHeadBytesPerUpdate', 'upHeadBytesPerUpdate', 'requestsPerUpdate'],
    );
    const websocket = armsWith(evidence, ['websocket'], ['downFramingBytesPerUpdate']);
    // Their frame heads are of small updates: the smallest that is in the run.
    const poll = polling
      .filter((arm) => sameBut(arm, websocket) !== undefined)
      .sort((a, b) => workloadOf(evidence, a).payloadBytes - workloadOf(evidence, b).payloadBytes)[0];
    const push = poll === undefined ? undefined : sameBut(poll, websocket);
    if (poll === undefined || push === undefined) return null;

    const perUpdate = figure(poll, 'requestsPerUpdate').values;
    const down = figure(poll, 'downHeadBytesPerUpdate').values;
    const up = figure(poll, 'upHeadBytesPerUpdate').values;
    const perPoll = spread(perUpdate.map((requests, i) => ((down[i] as number) + (up[i] as number)) / requests));
    const perFrame = figure(push, 'downFramingBytesPerUpdate');
    const ratio = { low: perPoll.low / perFrame.high, high: perPoll.high / perFrame.low };
    const { payloadBytes } = workloadOf(evidence, push);
    const mbps = (bytes: number) => [1e3, 1e4, 1e5].map((clients) => digits(megabitsPerS(bytes, clients))).join(', ');
    return {
      outcome: ratio.low > 1 ? 'holds under stated conditions' : ratio.high < 1 ? 'contradicted' : 'inconclusive',
      value: `${digits(perPoll.median)} B of headers per poll, ${digits(perFrame.median)} B per frame (${digits(perPoll.median / perFrame.median)} : 1)`,
      interval: intervalOf({ median: perPoll.median / perFrame.median, ...ratio }, ': 1'),
      because:
        `their arithmetic is right (${mbps(theirs.headerBytesPerPoll)} Mbit/s against ${mbps(theirs.frameBytes)}), and polling does carry more; ` +
        `but 871 B is what their browser and server chose to send. With only the fields HTTP needs it comes to ${mbps(perPoll.median)} Mbit/s against ${mbps(perFrame.median)}`,
      conditions: [
        'headers as large as theirs for the figures as printed; ours carry only what the protocol needs',
        `a frame head is 2 B up to 125 B of payload, 4 B up to 64 KiB (measured at ${payloadBytes} B)`,
        'neither TCP/IP nor payload counted, as in theirs',
      ],
      evidence: [poll.key, push.key],
    };
  },
};
