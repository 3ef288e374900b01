/**
 * The handlers of the article whose claims are judged ("Modern Server-Side Event Implementation"), restated
 * for any subject: same events, same sleeps, same summary. The article measures a Rust framework, so these
 * give the portable part of its claims: what the loop itself makes of the result.
 */
import { advanced } from './advanced.js';
import { basic } from './basic.js';
import type { ArticleHandler } from './handler.js';
import { monitoring } from './monitoring.js';
import { performance } from './performance.js';

export const articleHandlers: Readonly<Record<string, ArticleHandler>> = {
  '/article/basic': basic,
  '/article/advanced': advanced,
  '/article/performance': performance,
  '/article/monitoring': monitoring,
};

/** The plain keep-alive GET that the article's requests-per-second figure is about; each subject has its own way. */
export const hello = { path: '/hello', contentType: 'text/plain', body: 'hello' } as const;
