import type { SuiteInput } from '../harness/model.js';
import { reconnect } from './reconnect.js';

/**
 * A page per subscriber, so that none shares a connection pool. The platform's own objects alone, and beside them what a
 * page has to write so that WebSocket and polling come back.
 */
export const reconnectBrowser = {
  id: 'reconnect-browser',
  title: 'What a broken connection costs a page',
  question: 'What does a browser do by itself when a connection breaks, and what is left to the page?',
  repeats: 3,
  arms: reconnect.arms
    .filter(({ workload }) => !['reset-fresh', 'half-event'].includes(workload.id))
    .flatMap((arm) => {
      const workload = {
        ...arm.workload,
        title: arm.workload.title.replace('10 subscribers', '4 pages'),
        subscribers: 4,
      };
      return [
        { workload, transports: ['sse', 'websocket'] as const, clients: ['browser-bare'] as const },
        { workload, transports: ['polling', 'websocket'] as const, clients: ['browser'] as const },
      ].map(({ transports, clients, ...rest }) => ({ ...rest, transports: [...transports], clients: [...clients] }));
    }),
} satisfies SuiteInput;
