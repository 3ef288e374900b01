/**
 * What the rehearsal is for: with it a trial's window asks nothing new of V8, without it V8 throws its code away.
 *
 * Seen by the hidden class of a recorder that has gone through a window, which is the one of a recorder that has not; each
 * in a process of its own, as what V8 has learned of a class stays learned.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const recorderUrl = new URL('../../clients/recorder.ts', import.meta.url).href;
const rehearsalUrl = new URL('../../clients/rehearsal.ts', import.meta.url).href;
const updateUrl = new URL('../../contract/update.ts', import.meta.url).href;
const clockUrl = new URL('../../contract/clock.ts', import.meta.url).href;

/** Whether a recorder is still of the class that it was made with, after an update in the window and one outside. */
function keepsItsClass(rehearsed: boolean): boolean {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [
      '--allow-natives-syntax',
      '--import',
      './register.mjs',
      '--input-type=module',
      '--eval',
      `import { Recorder } from ${JSON.stringify(recorderUrl)};
       import { rehearse } from ${JSON.stringify(rehearsalUrl)};
       import { formatUpdate, updatePadding } from ${JSON.stringify(updateUrl)};
       import { nowUs } from ${JSON.stringify(clockUrl)};
       const workload = JSON.parse('{"id":"w","title":"w","subscribers":50,"updates":{"rateHz":100,"arrival":"periodic","burstSize":1},"payloadBytes":64,"delivery":"every","warmupMs":100,"windowMs":100,"drainMs":100}');
       const options = { trial: { id: 't', transport: 'sse', seed: 1 }, workload, range: { first: 0, count: 50 }, maxSamples: 100, bins: 10 };
       if (${rehearsed}) rehearse(options);
       const [used, unused] = [new Recorder(options), new Recorder(options)];
       const startUs = nowUs();
       const windowStartUs = startUs + 5_000;
       for (const recorder of [used, unused]) recorder.start({ startUs, windowStartUs, windowEndUs: startUs + 1e9 });
       for (let seq = 1; seq <= 3; seq++) {
         // The first while warming up, the others in the window.
         while (seq > 1 && nowUs() < windowStartUs + seq * 1_000);
         const update = Buffer.from(formatUpdate(seq, Math.floor(nowUs() - startUs), 1, updatePadding(64)));
         used.received(1, update, 0, update.length);
       }
       console.log(%HaveSameMap(used, unused));`,
    ],
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  return stdout.trim() === 'true';
}

test('after a rehearsal a window changes nothing of what V8 knows of a recorder', () => {
  assert.equal(keepsItsClass(true), true);
});

test('without one it does: the test above can fail', () => {
  assert.equal(keepsItsClass(false), false);
});
