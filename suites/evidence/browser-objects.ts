import type { SuiteInput } from '../../harness/model.js';
import { reconnectBrowser } from '../reconnect-browser.js';
import { evidenceRepeats } from './base.js';

const kept: readonly string[] = ['restart', 'answer-500'];

/** What A11 needs of suite `reconnect-browser`: one loss and one refusal, and the platform's objects alone. */
export const browserObjects = {
  id: 'browser-objects',
  title: 'What browser objects do alone when a connection breaks',
  question: 'Do EventSource and WebSocket come back by themselves after a restart, and after an error of the server?',
  repeats: evidenceRepeats,
  quick: [],
  arms: reconnectBrowser.arms.filter(
    ({ workload, clients }) => kept.includes(workload.id) && clients.every((kind) => kind === 'browser-bare'),
  ),
} satisfies SuiteInput;
