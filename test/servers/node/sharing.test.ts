/** Several processes on one port: where Node can, they do; where it cannot, it is one clear line and not a busy port. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argumentOf, ServerProcess } from '../server-process.js';

test('a second process listens on the same port, or the first says what Node lacks', async () => {
  const first = new ServerProcess('node', JSON.stringify(argumentOf({}, { sharesPort: true })));
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12)) {
    const { port } = await first.next('ready');
    await ServerProcess.ready('node', argumentOf({}, { sharesPort: true, port }));
  } else {
    const { message } = await first.next('fatal');
    assert.match(message, /^Node \S+ cannot share a port between server processes; use one, or Node 22.12 or newer$/);
    assert.equal((await first.exited).code, 1);
  }
});
