import type { SuiteInput } from '../../harness/model.js';
import { connections } from '../connections.js';

/** What A3 and A4 need of suite `connections`: the event streams alone, as both claims are about them. */
export const tenThousand = {
  id: 'ten-thousand',
  title: 'Ten thousand event streams',
  question: 'Does one server hold 10,000 event streams and reach them all, and what memory does each of them take?',
  repeats: connections.repeats,
  quick: [],
  arms: connections.arms.map(({ workload }) => ({ workload, transports: ['sse'], repeats: connections.repeats })),
} satisfies SuiteInput;
