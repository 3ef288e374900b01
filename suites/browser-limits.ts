import type { SuiteInput } from '../harness/model.js';
import { baseWorkload } from './base.js';

type Workload = SuiteInput['arms'][number]['workload'];

/**
 * Where a browser stops, shown on purpose: subscribers that never connect are the ones whose updates are lost.
 *
 * Seven event streams to one host: six connect, the seventh hangs, which is a seventh of the updates. Three tabs of one user share
 * the six; tabs on two addresses have six each. WebSockets are limited by page, not by host.
 */
function limit(id: string, title: string, subscribers: number, browser: Workload['browser']): Workload {
  return {
    ...baseWorkload,
    id,
    title,
    subscribers,
    updates: { rateHz: 5, arrival: 'periodic', burstSize: 1 },
    delivery: 'every',
    warmupMs: 500,
    windowMs: 2_000,
    drainMs: 1_000,
    browser: { contexts: 'shared', mayStall: true, ...browser },
  };
}

export const browserLimits = {
  id: 'browser-limits',
  title: 'How many connections a browser holds',
  question: 'When do connections of a page hang without an error, and what avoids it?',
  repeats: 1,
  arms: [
    {
      workload: limit('six', '6 connections of one page to one host', 6, { pages: 1 }),
      transports: ['sse', 'websocket'],
    },
    {
      workload: limit('seven', '7 connections of one page to one host', 7, { pages: 1 }),
      transports: ['sse', 'http-stream', 'long-polling', 'websocket'],
    },
    { workload: limit('tabs', '9 connections of 3 tabs to one host', 9, { pages: 3 }), transports: ['sse'] },
    {
      workload: limit('hosts', '9 connections of 3 tabs to 3 addresses', 9, { pages: 3, hosts: 3 }),
      transports: ['sse'],
    },
    {
      workload: limit('users', '9 connections of 3 users to one host', 9, { pages: 3, contexts: 'own' }),
      transports: ['sse'],
    },
    { workload: limit('sockets', '256 WebSockets of one page', 256, { pages: 1 }), transports: ['websocket'] },
    { workload: limit('sockets-two', '256 WebSockets of 2 pages', 256, { pages: 2 }), transports: ['websocket'] },
  ].map((arm) => ({ ...arm, clients: ['browser'] })) as SuiteInput['arms'],
} satisfies SuiteInput;
