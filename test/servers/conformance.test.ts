/**
 * One list of behaviours, held against every transport of every subject: what makes them comparable is that all of
 * them deliver the same stream.
 */
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { before, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { deriveSeed } from '../../contract/random.js';
import { intendedOffsetsUs } from '../../contract/schedule.js';
import { type TransportId, transportIds, transports } from '../../contract/transports.js';
import {
  formatUpdate,
  readIntendedOffsetUs,
  readPublishDelayUs,
  readSeq,
  updatePadding,
} from '../../contract/update.js';
import { subjectIds } from '../../harness/processes.js';
import { until } from '../fixtures/until.js';
import { openReader, type Reader, seqOf } from './readers.js';
import { argumentOf, defaultWorkload, ServerProcess } from './server-process.js';

const argument = argumentOf({ updates: { rateHz: 200, arrival: 'poisson', burstSize: 1 } });
const { payloadBytes } = argument.workload;

const intended: number[] = [];
const schedule = intendedOffsetsUs(argument.workload.updates, deriveSeed(argument.seed, 'schedule'));
/** What the schedule says of update `seq`, worked out here. */
function scheduledUs(seq: number): number {
  while (intended.length < seq) intended.push(schedule.next().value);
  return intended[seq - 1] as number;
}

function assertConsecutive(updates: readonly string[], firstSeq = seqOf(updates[0] ?? '')): void {
  assert.deepEqual(
    updates.map(seqOf),
    updates.map((_, i) => firstSeq + i),
  );
}

function collected(reader: Reader, count: number): Promise<void> {
  return until(() => reader.updates.length >= count, `${count} updates`);
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** The text of a response up to a match; then it is left. */
async function firstText(response: Response, pattern: RegExp): Promise<string> {
  let text = '';
  assert.ok(response.body !== null);
  for await (const bytes of response.body) {
    text += Buffer.from(bytes).toString();
    if (pattern.test(text)) return text;
  }
  return text;
}

for (const subject of subjectIds)
  describe(subject, () => {
    let server: ServerProcess;
    before(async () => {
      server = await ServerProcess.ready(subject, argument);
      server.start();
    });

    const behaviours: Record<string, (id: TransportId) => Promise<void>> = {
      async 'every update arrives once, in order, byte for byte as published'(id) {
        const reader = await openReader[id](server.base);
        await collected(reader, 30);
        reader.close();
        const updates = [...reader.updates];
        assertConsecutive(updates);
        for (const update of updates) {
          const bytes = Buffer.from(update);
          assert.equal(bytes.length, payloadBytes);
          assert.equal(readIntendedOffsetUs(bytes, 0), scheduledUs(readSeq(bytes, 0)));
          const again = formatUpdate(
            readSeq(bytes, 0),
            readIntendedOffsetUs(bytes, 0),
            readPublishDelayUs(bytes, 0),
            updatePadding(payloadBytes),
          );
          assert.equal(update, again);
        }
      },

      async 'two subscribers see the same bytes'(id) {
        const [one, other] = await Promise.all([openReader[id](server.base), openReader[id](server.base)]);
        await Promise.all([collected(one, 15), collected(other, 15)]);
        one.close();
        other.close();
        const seen = new Map(one.updates.map((update) => [seqOf(update), update]));
        const shared = other.updates.filter((update) => seen.has(seqOf(update)));
        assert.ok(shared.length > 0);
        for (const update of shared) assert.equal(update, seen.get(seqOf(update)));
      },

      async 'a subscriber who comes back goes on where it was, without gap or duplicate'(id) {
        const first = await openReader[id](server.base);
        await collected(first, 5);
        first.close();
        const before = [...first.updates];
        const last = seqOf(before.at(-1) ?? '');
        // Something must be missed, or there is nothing to resume.
        await newestBeyond(last + 5);
        const second = await openReader[id](server.base, last);
        await collected(second, 20);
        second.close();
        assertConsecutive([...before, ...second.updates]);
      },

      async 'since 0 gives everything from the first update'(id) {
        await newestBeyond(3);
        const reader = await openReader[id](server.base, 0);
        await collected(reader, 5);
        reader.close();
        assertConsecutive(reader.updates, 1);
      },

      async 'subscribers who vanish do not disturb the others'(id) {
        const stays = await openReader[id](server.base);
        for (let round = 0; round < 3; round++) {
          const leaving = await Promise.all(Array.from({ length: 8 }, () => openReader[id](server.base)));
          await Promise.all(leaving.map((reader) => collected(reader, 1)));
          for (const reader of leaving) reader.vanish();
        }
        await collected(stays, stays.updates.length + 10);
        stays.close();
        assertConsecutive(stays.updates);
      },

      async 'a number that is none gets 400 and one line'(id) {
        for (const bad of ['x', '-1', '1.5', '1e3', '99999999999', '1073741824', '', '%00']) {
          const answer = await get(id, `${transports[id].path}?since=${bad}`);
          assert.equal(answer.status, 400, bad);
          assert.match(answer.body, /^since is ".*"; it must be the number of an update, 0 to 1073741823\n$/);
          assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8');
        }
      },

      async 'other methods get 405, and are told which is served'(id) {
        for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD']) {
          const answer = await ask(method, transports[id].path);
          assert.equal(answer.status, 405, method);
          assert.equal(answer.headers.allow, 'GET');
          assert.equal(answer.body, method === 'HEAD' ? '' : `${method} is not served here; use GET\n`);
        }
      },

      async 'a path below it is not it'(id) {
        const answer = await ask('GET', `${transports[id].path}/more`);
        assert.equal(answer.status, 404);
        assert.equal(answer.body, `nothing is served at ${transports[id].path}/more\n`);
      },
    };

    for (const [behaviour, check] of Object.entries(behaviours))
      for (const id of transportIds) test(`${id}: ${behaviour}`, () => check(id));

    test('sse: Last-Event-ID is newer than the URL that a browser reconnects to', async () => {
      await newestBeyond(5);
      const response = await fetch(`${server.base}/sse?since=0`, { headers: { 'Last-Event-ID': '3' } });
      const text = await firstText(response, /data: .*\n\n/);
      assert.match(text, /^retry: 1000\n\nid: 4\ndata: /);
      assert.equal((await ask('GET', '/sse', { 'Last-Event-ID': 'no number' })).status, 400);
    });

    test('long-polling: latest=1 answers the newest only, and nothing else is taken for it', async () => {
      await newestBeyond(5);
      const updates = JSON.parse((await ask('GET', '/long-polling?since=0&latest=1')).body) as string[];
      assert.equal(updates.length, 1);
      assert.ok(seqOf(updates[0] ?? '') > 5);
      const refused = await ask('GET', '/long-polling?since=0&latest=yes');
      assert.deepEqual([refused.status, refused.body], [400, 'latest is "yes"; it must be 1 or left out\n']);
    });

    test('conditional-polling: tags are compared as RFC 9110 has it', async () => {
      const quiet = await ServerProcess.ready(
        subject,
        argumentOf({ updates: { ...defaultWorkload.updates, rateHz: 1e-3 } }),
      );
      const tagged = async (header: string) =>
        (await ask('GET', '/conditional-polling', { 'If-None-Match': header }, quiet.port)).status;
      assert.equal((await ask('GET', '/conditional-polling', {}, quiet.port)).headers.etag, '"0"');
      assert.deepEqual(
        await Promise.all(['"0"', 'W/"0"', '"7", "0"', '*', '"1"', '0', ''].map(tagged)),
        [304, 304, 304, 304, 200, 200, 200],
      );
    });

    test('websocket: a plain GET and an unknown version are told to upgrade', async () => {
      const plain = await ask('GET', '/websocket');
      assert.equal(plain.status, 426);
      assert.equal(plain.headers.upgrade, 'websocket');
      const key = 'dGhlIHNhbXBsZSBub25jZQ==';
      // As it comes out of a proxy that does not know Upgrade.
      const stripped = await ask('GET', '/websocket', { 'Sec-WebSocket-Key': key, 'Sec-WebSocket-Version': '13' });
      assert.equal(stripped.status, 426);
      const old = await ask('GET', '/websocket', {
        Upgrade: 'websocket',
        Connection: 'Upgrade',
        'Sec-WebSocket-Key': key,
        'Sec-WebSocket-Version': '8',
      });
      assert.equal(old.status, 426);
      assert.equal(old.headers['sec-websocket-version'], '13');
    });

    function ask(method: string, path: string, headers: http.OutgoingHttpHeaders = {}, port = server.port) {
      return new Promise<Answer>((resolve, reject) => {
        const request = http.request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (part) => {
            body += part;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
        });
        request.on('error', reject);
        request.end();
      });
    }

    /** A GET as the transport's own client would make it: for WebSocket, an upgrade. */
    function get(id: TransportId, path: string): Promise<Answer> {
      if (id !== 'websocket') return ask('GET', path);
      return new Promise((resolve, reject) => {
        const socket = new WebSocket(`${server.base.replace('http', 'ws')}${path}`);
        socket.once('open', () => reject(new Error('was not refused')));
        socket.once('unexpected-response', (_request, response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (part) => {
            body += part;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
        });
        socket.once('error', reject);
      });
    }

    async function newestBeyond(seq: number): Promise<void> {
      for (;;) {
        const [newest] = JSON.parse((await ask('GET', '/polling')).body) as string[];
        if (newest !== undefined && seqOf(newest) > seq) return;
      }
    }

    test('an upgrade that a path does not serve is answered as if it had not been asked for', async () => {
      const headers = { Upgrade: 'h2c', Connection: 'Upgrade' };
      assert.equal((await ask('GET', '/polling', headers)).status, 200);
      assert.equal((await ask('GET', '/nothing', headers)).status, 404);
      assert.equal((await ask('POST', '/websocket', headers)).status, 405);
    });

    test('a request that is no HTTP does not hurt the server', async () => {
      const socket = net.connect(server.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.end('\u0000\u0001 this is not HTTP\r\n\r\n');
      await new Promise((resolve) => socket.once('close', resolve).resume());
      assert.equal((await ask('GET', '/polling')).status, 200);
    });
  });
