/** The page needs nothing but its server, and reads an update as the contract writes it. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { nowUs } from '../../contract/clock.js';
import { formatUpdate, maxSeq } from '../../contract/update.js';
import { subjectIds } from '../../harness/processes.js';
import { argumentOf, ServerProcess } from './server-process.js';

for (const subject of subjectIds)
  describe(subject, () => {
    let server: ServerProcess;
    let base = '';
    before(async () => {
      server = await ServerProcess.ready(
        subject,
        argumentOf({ updates: { rateHz: 4, arrival: 'periodic', burstSize: 1 } }),
      );
      base = server.base;
    });

    test('the page and all it names come from this server, under a policy that allows nothing else', async () => {
      const page = await fetch(`${base}/`);
      assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
      assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'; script-src 'self'; /);
      const html = await page.text();
      const named = [...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path]) => path as string);
      assert.deepEqual(named.sort(), ['/demo.css', '/demo.js']);
      const files = await Promise.all(
        [...named, '/decode.js'].map(async (path) => {
          const response = await fetch(base + path);
          assert.equal(response.status, 200, path);
          return response.text();
        }),
      );
      for (const text of [html, ...files]) assert.doesNotMatch(text, /https?:\/\//);
    });

    test('the clock is the measuring clock, and says when the schedule began', async () => {
      const read = async () => (await (await fetch(`${base}/clock`)).json()) as Record<string, unknown>;
      const before = nowUs();
      const { nowUs: served, ...rest } = await read();
      const afterwards = nowUs();
      // The server rounds to whole microseconds.
      assert.ok(Number(served) >= before - 1 && Number(served) <= afterwards + 1);
      assert.deepEqual(rest, { startUs: null, rateHz: 4, arrival: 'periodic', burstSize: 1, payloadBytes: 40 });
      const startUs = Math.round(afterwards) + 3_600e6;
      server.send({ type: 'start', startUs, windowStartUs: startUs, windowEndUs: startUs });
      assert.equal((await read()).startUs, startUs);
    });
  });

test('the page decodes any update', async () => {
  const source = new URL('../../servers/shared/demo/decode.js', import.meta.url).href;
  const { decode } = (await import(source)) as { decode(update: string): { seq: number; intendedOffsetUs: number } };
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: maxSeq }),
      fc.integer({ min: 0, max: 64 ** 6 - 1 }),
      (seq, intendedOffsetUs) => {
        assert.deepEqual(decode(formatUpdate(seq, intendedOffsetUs, 7, 'x')), { seq, intendedOffsetUs });
      },
    ),
  );
});
