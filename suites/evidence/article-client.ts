import type { SuiteInput } from '../../harness/model.js';
import { brokenPages, repeats } from './browser-objects.js';

const workload = { ...brokenPages, proxy: 'transparent' } as const;

/**
 * The article's advanced client waits 2 s before a connection of its own, the browser 1 s before its retry (3 s before
 * the first event of a stream): windows are as long as it takes to see both. The proxy is there to count: it accepts
 * connections also while there is no server behind it. The bare EventSource shows what the browser does by itself.
 */
export const articleClient = {
  id: 'article-client',
  title: 'The article’s advanced client when its connection breaks',
  question: 'How many connections does the article’s advanced client open when it loses one, and when does it stop?',
  repeats,
  quick: [],
  arms: [
    {
      workload: {
        ...workload,
        id: 'client-cut-twice',
        title: '3 pages, 50 updates/s, 128 B; connections reset twice',
        windowMs: 5_500,
        faults: [
          { kind: 'reset-connections', atMs: 300 },
          { kind: 'reset-connections', atMs: 2_900 },
        ],
      },
      transports: ['sse'],
      clients: ['browser-article', 'browser-bare'],
      repeats,
    },
    {
      workload: {
        ...workload,
        id: 'client-server-away',
        title: '3 pages, 50 updates/s, 128 B; server killed, away for 7 s',
        windowMs: 10_500,
        faults: [{ kind: 'restart-server', atMs: 300, forMs: 7_000 }],
      },
      transports: ['sse'],
      clients: ['browser-article', 'browser-bare'],
      repeats,
    },
    {
      workload: {
        ...workload,
        id: 'client-answer-500',
        title: '3 pages, 50 updates/s, 128 B; connections reset, then 500 for 12 s',
        // Ten attempts 2 s apart, in two chains a second apart; then nothing for more than the wait of 2 s.
        windowMs: 14_500,
        faults: [{ kind: 'answer-500', atMs: 300, forMs: 12_000 }],
      },
      transports: ['sse'],
      clients: ['browser-article'],
      repeats,
    },
  ],
} satisfies SuiteInput;
