import { type Arm, type Claim, figureOfInterval } from '../harness/model.js';
import { armsWith, digits, figure, number, sameBut, workloadOf } from './evidence.js';

const theirs = { sse: 902, longPolling: 2930, polling: 8820 } as const;
const updates = 5;
/** Half again is what other header fields can do to a ratio; the order they cannot change. */
const alike = 1.5;

interface Range {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Bytes of headers are a browser's and a server's choice. Ratios between the three keep most of what is the transports'. */
export const i5: Claim = {
  id: 'I5',
  title: 'Five updates cost 902 B by SSE, 2,930 B by long polling, 8,820 B by polling',
  says: 'Five updates of 39 B, one a second, take 902 B over SSE, 2,930 B over long polling and 8,820 B over polling every 250 ms, both ways, headers included.',
  source: {
    title: 'Abril, real-time methods, HAR files (2017)',
    url: 'https://github.com/Aquilio/09-23-17-real-time-methods',
  },
  claimed: '902, 2,930 and 8,820 B (1 : 3.25 : 9.78)',
  theirMethod: 'HAR files saved from a browser, HTTP/1.1: requests and responses with all their header fields.',
  ourTest:
    'The same five updates to raw clients that send only the fields HTTP needs; bytes of both directions, handshake included.',
  prediction: 'Fewer bytes everywhere, the same order, and ratios of their size: headers shrink in all three.',
  threshold:
    'Both ratios within a factor of 1.5 of theirs: reproduced. In the same order: holds for some headers. The absolute bytes are of their browser and not judged.',
  wouldChange: 'A browser’s own header fields, which make every request larger, or header compression.',
  needs: 'SSE, long-polling and polling arms of one workload of 39 B, four polls to an update, without a warm-up',
  experiments: ['five-updates'],
  judge(evidence) {
    const of = (transport: 'sse' | 'long-polling' | 'polling') =>
      armsWith(evidence, [transport], ['bytesPerUpdate', 'setupBytes']).filter((arm) => {
        const { payloadBytes, warmupMs } = workloadOf(evidence, arm);
        return payloadBytes === 39 && warmupMs === 0;
      });
    const [sse] = of('sse');
    if (sse === undefined) return null;
    const [longPolling, polling] = [sameBut(sse, of('long-polling')), sameBut(sse, of('polling'))];
    if (longPolling === undefined || polling === undefined) return null;
    const [push, held, asked] = [total(sse), total(longPolling), total(polling)];
    const [longRatio, pollRatio] = [ratio(held, push), ratio(asked, push)];
    const near = ({ low, high }: Range, value: number) => low >= value / alike && high <= value * alike;
    return {
      outcome:
        near(longRatio, theirs.longPolling / theirs.sse) && near(pollRatio, theirs.polling / theirs.sse)
          ? 'reproduced'
          : longRatio.low > 1 && asked.low > held.high
            ? 'holds under stated conditions'
            : longRatio.high < 1 || asked.high < held.low
              ? 'contradicted'
              : 'inconclusive',
      value: `${[push, held, asked].map(({ median }) => digits(median)).join(', ')} B (1 : ${number(longRatio)} : ${number(pollRatio)}), of which payload is ${[push, held, asked].map(({ median }) => `${digits((updates * 39 * 100) / median)} %`).join(', ')}`,
      inShort: `${[push, held, asked].map(({ median }) => digits(median)).join(', ')} B (1 : ${figureOfInterval(longRatio).figure} : ${figureOfInterval(pollRatio).figure})`,
      because:
        'each poll and each long poll carries a head of its own, and SSE one for all five; theirs are a browser’s, with several hundred bytes more in each request',
      conditions: [
        'header fields: ours are only those HTTP needs; theirs are of one browser and one server',
        'five times as fast as theirs, since bytes know no time',
      ],
      evidence: [sse.key, longPolling.key, polling.key],
    };
  },
};

/** Of five updates, with what came before the first. */
function total(arm: Arm): Range {
  const [setup, each] = [figure(arm, 'setupBytes'), figure(arm, 'bytesPerUpdate')];
  const at = (end: 'median' | 'low' | 'high') => setup[end] + updates * each[end];
  return { median: at('median'), low: at('low'), high: at('high') };
}

function ratio(a: Range, b: Range): Range {
  return { median: a.median / b.median, low: a.low / b.high, high: a.high / b.low };
}
