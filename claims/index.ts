/** Every claim under test, in the order they are shown: one line each. */
import type { Claim } from '../harness/model.js';
import { a3 } from './a3-concurrent.js';
import { a4 } from './a4-memory.js';
import { a6 } from './a6-payload-share.js';
import { a7 } from './a7-useless-polls.js';
import { a10 } from './a10-staleness.js';
import { a11 } from './a11-reconnect.js';
import { a13 } from './a13-firewalls.js';
import { a17 } from './a17-cleanup.js';
import { i1 } from './i1-header-bytes.js';

export const claims: readonly Claim[] = [a3, a4, a6, a7, a10, a11, a13, a17, i1];
