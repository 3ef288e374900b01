/** Every claim under test, in the order they are shown: one line each. */
import type { Claim } from '../harness/model.js';
import { a6 } from './a6-payload-share.js';
import { a7 } from './a7-useless-polls.js';
import { a10 } from './a10-staleness.js';
import { a11 } from './a11-reconnect.js';
import { a13 } from './a13-firewalls.js';
import { i1 } from './i1-header-bytes.js';

export const claims: readonly Claim[] = [a6, a7, a10, a11, a13, i1];
