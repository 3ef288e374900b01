/** Other load generators that `pushlab qps --with` can drive. One line each. */
import { ab } from './ab.js';
import { autocannon } from './autocannon.js';
import { bombardier } from './bombardier.js';
import { gcannon } from './gcannon.js';
import { h2load } from './h2load.js';
import { k6 } from './k6.js';
import { oha } from './oha.js';
import type { Tool } from './tool.js';
import { wrk } from './wrk.js';

export const tools: readonly Tool[] = [wrk, ab, h2load, oha, k6, autocannon, bombardier, gcannon];
