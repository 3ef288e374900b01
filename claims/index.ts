/** Every claim under test, in the order they are shown: one line each. */
import type { Claim } from '../harness/model.js';
import { a1 } from './a1-requests.js';
import { a1b } from './a1b-framework-ratios.js';
import { a2 } from './a2-latency.js';
import { a2b } from './a2b-own-summary.js';
import { a3 } from './a3-concurrent.js';
import { a4 } from './a4-memory.js';
import { a5 } from './a5-cpu-overhead.js';
import { a6 } from './a6-payload-share.js';
import { a7 } from './a7-useless-polls.js';
import { a8 } from './a8-fully-efficient.js';
import { a9 } from './a9-server-load.js';
import { a10 } from './a10-staleness.js';
import { a11 } from './a11-reconnect.js';
import { a12 } from './a12-native.js';
import { a13 } from './a13-firewalls.js';
import { a14 } from './a14-protocol-overhead.js';
import { a15 } from './a15-direction.js';
import { a16 } from './a16-push-frequency.js';
import { a17 } from './a17-cleanup.js';
import { a18 } from './a18-reconnect-limit.js';
import { a19 } from './a19-scenarios.js';
import { i1 } from './i1-header-bytes.js';
import { i2 } from './i2-long-poll-gap.js';
import { i3 } from './i3-push-cpu.js';
import { i5 } from './i5-five-updates.js';
import { i6 } from './i6-vain-polls.js';
import { i7 } from './i7-sse-websocket.js';
import { i9 } from './i9-audience.js';
import { i11 } from './i11-idle-memory.js';
import { i13 } from './i13-forty-thousand.js';
import { i14 } from './i14-many-streams.js';
import { i15 } from './i15-requests-beside-streams.js';
import { i16 } from './i16-wasted-polls.js';

export const claims: readonly Claim[] = [
  ...[a1, a1b, a2, a2b, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19],
  ...[i1, i2, i3, i5, i6, i7, i9, i11, i13, i14, i15, i16],
];
