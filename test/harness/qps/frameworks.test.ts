import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, it } from 'node:test';
import { binaryOf, type Framework, frameworks, isBuilt, startFramework } from '../../../harness/qps/frameworks.js';

for (const framework of frameworks)
  describe(framework.title, () => {
    const skip = isBuilt(framework) ? false : `not built: npm run frameworks`;

    it('answers with the five bytes, over one connection and over many', { skip }, async () => {
      const server = await startFramework(framework, null);
      try {
        for (const connection of ['keep-alive', 'close'] as const) {
          const { status, body } = await get(server.port, connection);
          assert.deepEqual([status, body], [200, 'hello']);
        }
      } finally {
        await server.stop();
      }
      assert.throws(() => process.kill(server.pid, 0), { code: 'ESRCH' });
    });
  });

describe('a framework', () => {
  it('that is not built says how it is', async () => {
    const [first] = frameworks as [Framework];
    const elsewhere = process.env.XDG_CACHE_HOME;
    process.env.XDG_CACHE_HOME = '/nonexistent';
    try {
      assert.match(binaryOf(first), /^\/nonexistent\/pushlab\/hello\/hyperlane-[0-9a-f]{16}$/);
      await assert.rejects(
        startFramework(first, null),
        /is not built; build what this machine can: npm run frameworks/,
      );
    } finally {
      if (elsewhere === undefined) delete process.env.XDG_CACHE_HOME;
      else process.env.XDG_CACHE_HOME = elsewhere;
    }
  });
});

function get(port: number, connection: 'keep-alive' | 'close'): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path: '/hello', headers: { Connection: connection } },
      (response) => {
        let body = '';
        response.on('data', (bytes: Buffer) => {
          body += bytes.toString('latin1');
        });
        response.on('end', () => resolve({ status: response.statusCode, body }));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
