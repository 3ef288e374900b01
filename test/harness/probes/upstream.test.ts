/** Bytes of a message are known beforehand: framing by RFC 6455, heads by what each subject writes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { methodVersion } from '../../../harness/model.js';
import { upstreamSchema } from '../../../harness/probes/article-model.js';
import { measureUpstream } from '../../../harness/probes/upstream.js';

test('messages and their answers, on the WebSocket and as requests beside a stream', async () => {
  const anywhere = { cores: null, enter: [] };
  const found = await measureUpstream({
    subjects: ['uws'],
    repeats: 1,
    places: { server: anywhere, generator: anywhere },
    messages: { warmUp: 2, counted: 10 },
  });
  upstreamSchema.parse({ methodVersion, runId: 'x', ...found });
  const row = (way: string) => found.rows.find((one) => one.way === way);
  // 128 B of text: a length of more than 125 takes 2 B more; a client masks with 4 B.
  assert.equal(row('websocket')?.upBytesPerMessage, 128 + 2 + 2 + 4);
  assert.equal(row('websocket')?.downBytesPerMessage, 128 + 2 + 2);
  assert.deepEqual([row('websocket')?.connections, row('post')?.connections], [1, 2]);
  // The stream, and one for each of 2 + 10 messages.
  const accepted = (['websocket', 'post', 'post-per-connection'] as const).map((way) => row(way)?.accepted);
  assert.deepEqual(accepted, [1, 2, 13]);
  for (const way of ['post', 'post-per-connection']) {
    const { upBytesPerMessage = 0, downBytesPerMessage = 0, messages } = row(way) ?? {};
    assert.equal(messages, 10);
    // A head each way: request line, Host and Content-Length at least.
    assert.ok(upBytesPerMessage > 128 + 50 && downBytesPerMessage > 128 + 50, way);
  }
});
