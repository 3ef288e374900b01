/**
 * The handlers of the article whose claims are judged ("Modern Server-Side Event Implementation"), restated
 * for this server: same events, same sleeps, same summary. The article measures a Rust framework, so these
 * give the portable part of its claims: what the loop itself makes of the result.
 *
 * `/hello` is the plain keep-alive GET that its requests-per-second figure is about.
 */
import type { TemplatedApp } from 'uWebSockets.js';
import type { Counters } from '../../shared/end.js';
import { serveGet } from '../http.js';
import { advanced } from './advanced.js';
import { basic } from './basic.js';
import { type ArticleHandler, type ArticleTime, realTime } from './event-stream.js';
import { monitoring } from './monitoring.js';
import { performance } from './performance.js';

const handlers: Readonly<Record<string, ArticleHandler>> = {
  '/article/basic': basic,
  '/article/advanced': advanced,
  '/article/performance': performance,
  '/article/monitoring': monitoring,
};

export function serveArticle(app: TemplatedApp, counters: Counters, time: ArticleTime = realTime): void {
  for (const [path, handler] of Object.entries(handlers))
    serveGet(app, path, counters, (res) => void handler(res, time));
  serveGet(app, '/hello', counters, (res) => {
    res.writeHeader('Content-Type', 'text/plain');
    res.end('hello');
  });
}
