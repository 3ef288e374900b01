/** The article's full-featured example: a connection event, twenty data events with ids and retry, a close event. */
import { formatSseEvent } from '../../../contract/wire/sse.js';
import type { ArticleHandler } from './handler.js';

export const advanced: ArticleHandler = async (open, time) => {
  const stream = open({ 'Cache-Control': 'no-cache', Connection: 'keep-alive' });
  stream.write(formatSseEvent({ event: 'connection', id: 'conn-1', data: 'Connected to SSE stream' }));
  for (let i = 1; i <= 20 && !stream.gone; i++) {
    const data = JSON.stringify({ timestamp: time.wallClockMs(), value: i * 10, status: 'active' });
    stream.write(formatSseEvent({ event: 'data', id: `data-${i}`, retry: 3000, data }));
    await time.sleep(i % 3 === 0 ? 2000 : 1000);
  }
  stream.write(formatSseEvent({ event: 'close', id: 'close-1', data: 'Stream closing' }));
  stream.end();
};
