/**
 * One subscriber per transport, made of well-kept libraries and none of our own parsers: node:http, ws and
 * eventsource-parser. What they hand over is what a user of the server would get.
 */
import assert from 'node:assert/strict';
import http from 'node:http';
import type { Socket } from 'node:net';
import { createParser } from 'eventsource-parser';
import { WebSocket } from 'ws';
import { type TransportId, transports } from '../../contract/transports.js';
import { readSeq } from '../../contract/update.js';

export interface Reader {
  /** Every update, as it arrived. */
  readonly updates: string[];
  /** Resolves when the server has said goodbye, with how it did. */
  readonly ended: Promise<string>;
  /** Leaves without a word: a TCP reset. */
  vanish(): void;
  /** Leaves as a client does that has had enough. */
  close(): void;
}

/** Resolves when subscribed. Without `since`, from the next update on (pull: from the current state on). */
export type OpenReader = (base: string, since?: number) => Promise<Reader>;

export function seqOf(update: string): number {
  return readSeq(Buffer.from(update), 0);
}

function query(since: number | undefined): string {
  return since === undefined ? '' : `?since=${since}`;
}

/** A streaming response; `parse` gets its text and calls back with updates. */
async function openStream(
  url: string,
  headers: http.OutgoingHttpHeaders,
  parse: (updates: string[], sayGoodbye: (how: string) => void) => (text: string) => void,
): Promise<Reader> {
  const updates: string[] = [];
  const request = http.get(url, { headers, agent: false });
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  assert.equal(response.statusCode, 200);
  let goodbye = '';
  const push = parse(updates, (how) => {
    goodbye = `${how}, `;
  });
  response.setEncoding('utf8').on('data', push);
  const ended = new Promise<string>((resolve) => {
    response.on('error', () => resolve('cut'));
    response.on('close', () => resolve(`${goodbye}${response.complete ? 'response ended' : 'cut'}`));
  });
  request.on('error', () => {});
  return { updates, ended, vanish: () => reset(response.socket), close: () => request.destroy() };
}

function reset(socket: Socket): void {
  socket.resetAndDestroy();
}

interface PollAnswer {
  readonly status: number;
  readonly updates: string[];
  readonly closes: boolean;
}

/** A client that asks again and again, with what it has, after `pauseMs`. */
async function openPoller(
  base: string,
  path: string,
  since: number | undefined,
  pauseMs: number,
  conditional: boolean,
): Promise<Reader> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const updates: string[] = [];
  let newest = since;
  let tag: string | undefined;
  let stopped = false;
  let socket: Socket | null = null;
  let sayGoodbye: (how: string) => void = () => {};
  const ended = new Promise<string>((resolve) => {
    sayGoodbye = resolve;
  });

  const ask = (): Promise<PollAnswer> =>
    new Promise((resolve, reject) => {
      const headers = conditional && tag !== undefined ? { 'If-None-Match': tag } : {};
      const request = http.get(`${base}${path}${query(newest)}`, { agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.on('error', reject);
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          const found = status === 304 ? [] : (JSON.parse(text) as string[]);
          tag = response.headers.etag;
          if (status === 304) assert.equal(text, '');
          resolve({ status, updates: found, closes: response.headers.connection === 'close' });
        });
      });
      request.on('error', reject);
      request.on('socket', (used) => {
        socket = used;
      });
    });

  const loop = async (): Promise<void> => {
    while (!stopped) {
      const answer = await ask();
      assert.ok(answer.status === 200 || answer.status === 304, `status ${answer.status}`);
      updates.push(...answer.updates);
      const last = updates.at(-1);
      if (last !== undefined) newest = seqOf(last);
      if (answer.closes) return sayGoodbye(`answered ${JSON.stringify(answer.updates)} and closed`);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  loop().catch((error) => sayGoodbye(stopped ? 'left' : `cut (${error.message})`));
  const leave = (how: (socket: Socket) => void): void => {
    stopped = true;
    if (socket !== null) how(socket);
    agent.destroy();
  };
  return { updates, ended, vanish: () => leave(reset), close: () => leave((open) => open.destroy()) };
}

async function openSocket(base: string, since?: number): Promise<Reader> {
  const updates: string[] = [];
  const socket = new WebSocket(`${base.replace('http', 'ws')}${transports.websocket.path}${query(since)}`);
  socket.on('message', (data, isBinary) => {
    assert.equal(isBinary, false);
    updates.push(String(data));
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  assert.equal(socket.extensions, '');
  socket.on('error', () => {});
  const ended = new Promise<string>((resolve) => {
    socket.once('close', (code, reason) => resolve(`code ${code} ${reason}`));
  });
  return {
    updates,
    ended,
    vanish: () => reset((socket as unknown as { _socket: Socket })._socket),
    close: () => socket.close(),
  };
}

export const openReader: Readonly<Record<TransportId, OpenReader>> = {
  polling: (base, since) => openPoller(base, transports.polling.path, since, 5, false),
  'conditional-polling': (base, since) => openPoller(base, transports['conditional-polling'].path, since, 5, true),
  'long-polling': (base, since) => openPoller(base, transports['long-polling'].path, since, 0, false),
  sse: (base, since) =>
    openStream(
      base + transports.sse.path,
      since === undefined ? {} : { 'Last-Event-ID': String(since) },
      (updates, sayGoodbye) => {
        const parser = createParser({
          onEvent: ({ event, data, id }) => {
            if (event === 'close') return sayGoodbye('close event');
            assert.equal(event, undefined);
            assert.equal(id, String(seqOf(data)), 'the id is the number to resume from');
            updates.push(data);
          },
          onError: (error) => assert.fail(error.message),
        });
        return (text) => parser.feed(text);
      },
    ),
  'http-stream': (base, since) =>
    openStream(base + transports['http-stream'].path + query(since), {}, (updates) => {
      let rest = '';
      return (text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line !== '') updates.push(JSON.parse(line) as string);
      };
    }),
  websocket: openSocket,
};

/** How a clean stop looks to each; null: nothing is open between two polls. */
export const goodbyes: Readonly<Record<TransportId, string | null>> = {
  polling: null,
  'conditional-polling': null,
  'long-polling': 'answered [] and closed',
  sse: 'close event, response ended',
  'http-stream': 'response ended',
  websocket: 'code 1001 server stopping',
};
