/** Every suite that comes with pushlab: one line each. */
import type { SuiteInput } from '../harness/model.js';
import { article } from './article.js';
import { browser } from './browser.js';
import { browserConditions } from './browser-conditions.js';
import { browserLimits } from './browser-limits.js';
import { connections } from './connections.js';
import { fanout } from './fanout.js';
import { interval } from './interval.js';
import { payload } from './payload.js';
import { proxies } from './proxies.js';
import { quick } from './quick.js';
import { rate } from './rate.js';
import { reconnect } from './reconnect.js';
import { reconnectBrowser } from './reconnect-browser.js';
import { scenariosFull } from './scenarios-full.js';
import { subjects } from './subjects.js';

export const suites: readonly SuiteInput[] = [
  quick,
  fanout,
  rate,
  interval,
  payload,
  article,
  scenariosFull,
  subjects,
  reconnect,
  reconnectBrowser,
  proxies,
  browser,
  browserConditions,
  browserLimits,
  connections,
];
