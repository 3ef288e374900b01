/**
 * The article's performance test: 1,000 events with a sleep of 1 ms after each, then its own summary.
 *
 * The summary's rate is reported as the article computes it: it counts the sleeps, and a sleep of "1 ms" is
 * as long as the timer makes it. So it can never say more than 1,000 events/s, however fast the server is.
 */
import { formatSseEvent } from '../../../contract/wire/sse.js';
import type { ArticleHandler } from './handler.js';

const eventCount = 1000;

export const performance: ArticleHandler = async (open, time) => {
  const startUs = time.nowUs();
  const clientId = `client_${process.pid}`;
  const stream = open({ 'X-Client-ID': clientId });
  for (let sequence = 0; sequence < eventCount && !stream.gone; sequence++) {
    const data = JSON.stringify({ sequence, timestamp: time.wallClockMs(), client_id: clientId });
    stream.write(formatSseEvent({ data }));
    await time.sleep(1);
  }
  const totalUs = time.nowUs() - startUs;
  const summary = {
    total_events: eventCount,
    total_time_ms: Math.floor(totalUs / 1000),
    average_event_time_us: Math.floor(totalUs / eventCount),
    events_per_second: eventCount / (totalUs / 1e6),
  };
  stream.write(formatSseEvent({ event: 'summary', data: JSON.stringify(summary) }));
  stream.end();
};
