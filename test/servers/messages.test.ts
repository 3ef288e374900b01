/** The other direction: what a client says comes back, on the WebSocket itself and as the answer to a POST. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { maxMessageBytes, messagePath } from '../../contract/messages.js';
import { transports } from '../../contract/transports.js';
import { subjectIds } from '../../harness/processes.js';
import { argumentOf, ServerProcess } from './server-process.js';

for (const subject of subjectIds)
  describe(`${subject}: messages`, () => {
    test('a posted message is sent back, to its last byte and no longer than is allowed', async () => {
      const { base } = await ServerProcess.ready(subject, argumentOf());
      const post = (body: string) => fetch(base + messagePath, { method: 'POST', body });
      for (const text of ['hello', '', 'ä'.repeat(maxMessageBytes / 2)]) {
        const answer = await post(text);
        assert.deepEqual([answer.status, await answer.text()], [200, text]);
      }
      const refused = await post('x'.repeat(maxMessageBytes + 1));
      assert.deepEqual([refused.status, await refused.text()], [413, 'a message has at most 1024 bytes\n']);
      const got = await fetch(base + messagePath);
      assert.deepEqual([got.status, got.headers.get('allow')], [405, 'POST']);
    });

    test('text on a WebSocket comes back on it; bytes are no message', async () => {
      const { base } = await ServerProcess.ready(subject, argumentOf());
      const ws = new WebSocket(base.replace('http', 'ws') + transports.websocket.path);
      const heard: string[] = [];
      const both = new Promise<void>((resolve) => {
        ws.on('message', (data) => {
          heard.push(String(data));
          if (heard.length === 2) resolve();
        });
      });
      await new Promise((resolve) => ws.once('open', resolve));
      ws.send('one');
      ws.send(Buffer.from('not a message'));
      ws.send('two ä');
      await both;
      assert.deepEqual(heard, ['one', 'two ä']);
      ws.terminate();
    });
  });
