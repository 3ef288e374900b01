/** Known answers: with a clock that only sleeps move, each handler's bytes are fixed, in every subject the same. */

import uWS, { type us_listen_socket } from 'uWebSockets.js';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { serveArticle as serveOnNode } from '../../servers/node/article.js';
import { Routes } from '../../servers/node/http.js';
import type { ArticleTime } from '../../servers/shared/article/handler.js';
import { noCounts } from '../../servers/shared/end.js';
import { serveArticle as serveOnUws } from '../../servers/uws/article.js';

const sleepsMs: number[] = [];
let clockUs = 0;
/** How long each sleep really takes, as timers oversleep. */
let oversleepUs = 0;
const time: ArticleTime = {
  async sleep(ms) {
    sleepsMs.push(ms);
    clockUs += ms * 1000 + oversleepUs;
  },
  nowUs: () => clockUs,
  wallClockMs: () => 1_700_000_000_000,
};

interface Open {
  readonly port: number;
  close(): void;
}

/** In this process, since time is ours. */
const opens: Readonly<Record<string, () => Promise<Open>>> = {
  async uws() {
    const app = uWS.App();
    serveOnUws(app, noCounts(), time);
    const socket = await new Promise<us_listen_socket | false>((resolve) => app.listen('127.0.0.1', 0, resolve));
    assert.ok(socket !== false);
    return { port: uWS.us_socket_local_port(socket as never), close: () => app.close() };
  },
  async node() {
    const routes = new Routes();
    serveOnNode(routes, time);
    const http = createServer((req, res) => routes.serve(req, res)).listen(0, '127.0.0.1');
    await new Promise((resolve) => http.once('listening', resolve));
    return {
      port: (http.address() as AddressInfo).port,
      close() {
        http.close();
        http.closeAllConnections();
      },
    };
  },
};

for (const [subject, open] of Object.entries(opens))
  describe(subject, () => {
    let server: Open;
    let base = '';
    before(async () => {
      server = await open();
      base = `http://127.0.0.1:${server.port}`;
    });
    after(() => server.close());

    async function read(path: string): Promise<{ response: Response; text: string; events: EventSourceMessage[] }> {
      sleepsMs.length = 0;
      clockUs = 0;
      const response = await fetch(base + path);
      const text = await response.text();
      const events: EventSourceMessage[] = [];
      createParser({ onEvent: (event) => events.push(event) }).feed(text);
      return { response, text, events };
    }

    test('basic: ten events, a second after each', async () => {
      const { response, text } = await read('/article/basic');
      assert.equal(response.headers.get('content-type'), 'text/event-stream');
      assert.equal(
        text,
        'data:0\n\ndata:1\n\ndata:2\n\ndata:3\n\ndata:4\n\ndata:5\n\ndata:6\n\ndata:7\n\ndata:8\n\ndata:9\n\n',
      );
      assert.deepEqual(sleepsMs, Array(10).fill(1000));
    });

    test('advanced: connection, twenty data events with every third followed by 2 s, close', async () => {
      const { response, text, events } = await read('/article/advanced');
      assert.equal(response.headers.get('cache-control'), 'no-cache');
      assert.ok(text.startsWith('event: connection\nid: conn-1\ndata: Connected to SSE stream\n\n'));
      assert.ok(
        text.includes(
          '\n\nevent: data\nid: data-20\nretry: 3000\ndata: {"timestamp":1700000000000,"value":200,"status":"active"}\n\n',
        ),
      );
      assert.ok(text.endsWith('event: close\nid: close-1\ndata: Stream closing\n\n'));
      assert.equal(events.length, 22);
      assert.deepEqual(
        sleepsMs,
        Array.from({ length: 20 }, (_, i) => ((i + 1) % 3 === 0 ? 2000 : 1000)),
      );
    });

    test('performance: 1,000 events, and a summary that is the sleeps', async () => {
      oversleepUs = 0;
      const exact = await read('/article/performance');
      assert.equal(exact.response.headers.get('x-client-id'), `client_${process.pid}`);
      assert.equal(exact.events.length, 1001);
      assert.equal(
        exact.events[999]?.data,
        `{"sequence":999,"timestamp":1700000000000,"client_id":"client_${process.pid}"}`,
      );
      assert.equal(exact.events[1000]?.event, 'summary');
      assert.deepEqual(JSON.parse(exact.events[1000]?.data ?? ''), {
        total_events: 1000,
        total_time_ms: 1000,
        average_event_time_us: 1000,
        events_per_second: 1000,
      });
      assert.deepEqual(sleepsMs, Array(1000).fill(1));

      oversleepUs = 1000;
      const overslept = await read('/article/performance');
      oversleepUs = 0;
      assert.equal(JSON.parse(overslept.events[1000]?.data ?? '').events_per_second, 500);
    });

    test('monitoring: 100 readings at 500 ms, floats written as floats', async () => {
      const { events } = await read('/article/monitoring');
      assert.equal(events.length, 100);
      assert.ok(events.every(({ event }) => event === 'monitoring'));
      assert.equal(
        events[0]?.data,
        '{"timestamp":1700000000000,"cpu_usage":50.0,"memory_usage":60.0,"network_io":0,"active_connections":100,"response_time_ms":1.0}',
      );
      const last = JSON.parse(events[99]?.data ?? '');
      assert.equal(last.cpu_usage, 50 + 49.5 - 30);
      assert.equal(last.network_io, 99 * 1024 * 1024);
      assert.equal(last.active_connections, 149);
      assert.ok(Math.abs(last.memory_usage - (60 + 29.7 - 25)) < 1e-9);
      assert.ok(Math.abs(last.response_time_ms - (1 + 9.9 - 5)) < 1e-9);
      assert.deepEqual(sleepsMs, Array(100).fill(500));
    });

    test('hello is a plain GET', async () => {
      const { response, text } = await read('/hello');
      assert.equal(text, 'hello');
      assert.equal(response.headers.get('content-type'), 'text/plain');
      assert.equal((await fetch(`${base}/hello`, { method: 'POST', body: 'x' })).status, 405);
    });

    test('a reader who leaves during a sleep ends the loop', async () => {
      const original = time.sleep;
      let wake: () => void = () => {};
      let asleep: () => void = () => {};
      const sleeping = new Promise<void>((resolve) => {
        asleep = resolve;
      });
      let sleeps = 0;
      time.sleep = () => {
        sleeps++;
        asleep();
        return new Promise((resolve) => {
          wake = resolve;
        });
      };
      try {
        const leaving = new AbortController();
        const response = await fetch(`${base}/article/monitoring`, { signal: leaving.signal });
        await sleeping;
        leaving.abort();
        await assert.rejects(response.text());
        // The server has heard of it when a later request is answered on the same loop.
        await read('/hello');
        await read('/hello');
        wake();
        await read('/hello');
        assert.equal(sleeps, 1);
      } finally {
        time.sleep = original;
      }
    });
  });
