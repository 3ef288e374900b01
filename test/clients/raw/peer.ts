/**
 * A subject made of well-kept libraries (node:http, ws), so that the raw clients are checked against
 * something that shares no code with them. It keeps a log, and can be told to misbehave.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { nowUs } from '../../../contract/clock.js';
import { formatUpdate, updatePadding } from '../../../contract/update.js';

type Misbehaviour = 'status' | 'garbage' | 'hang-up' | null;

export class Peer {
  /** What the next responses do instead of answering; counted down. */
  misbehave: Misbehaviour = null;
  misbehaviours = 0;
  readonly requests: { url: string; headers: IncomingMessage['headers'] }[] = [];
  readonly connections = new Set<Socket>();
  connectionCount = 0;
  pongs = 0;
  /** Updates whose seq this divides are kept back from everybody. */
  dropEvery = 0;
  /** What an event stream asks its readers to wait before they reconnect. */
  retryMs = 20;
  /** Whether the next updates are published with a byte changed. */
  corrupt = false;

  readonly #http = createServer((request, response) => this.#answer(request, response));
  readonly #ws = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #log: { seq: number; text: string }[] = [];
  readonly #streams = new Map<ServerResponse, 'sse' | 'http-stream'>();
  readonly #waiting = new Set<() => void>();
  readonly #padding: string;
  #finishedBytes = { sent: 0, received: 0 };
  epochUs = nowUs();

  constructor(payloadBytes: number) {
    this.#padding = updatePadding(payloadBytes);
    this.#http.on('connection', (socket) => {
      this.connectionCount++;
      this.connections.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#finishedBytes.sent += socket.bytesWritten;
        this.#finishedBytes.received += socket.bytesRead;
        this.connections.delete(socket);
      });
    });
    this.#http.on('upgrade', (request, socket, head) => {
      this.#note(request);
      if (this.#misbehaves()) {
        this.#spoil(socket as Socket);
        return;
      }
      this.#ws.handleUpgrade(request, socket, head, (client) => {
        client.on('pong', () => this.pongs++);
        for (const text of this.#since(sinceOf(request))) client.send(text);
      });
    });
  }

  async listen(): Promise<number> {
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
    return (this.#http.address() as AddressInfo).port;
  }

  /** Publishes the next update, as if it had been intended `lateMs` ago. */
  publish(lateMs = 0): number {
    const seq = (this.#log.at(-1)?.seq ?? 0) + 1;
    const offsetUs = Math.max(0, Math.round(nowUs() - this.epochUs - lateMs * 1000));
    const whole = formatUpdate(seq, offsetUs, Math.round(lateMs * 1000), this.#padding);
    const text = this.corrupt ? `${whole.slice(0, -1)}!` : whole;
    this.#log.push({ seq, text });
    if (this.dropEvery !== 0 && seq % this.dropEvery === 0) {
      this.#log.pop();
      this.#log.push({ seq, text: '' });
      return seq;
    }
    for (const [response, kind] of this.#streams) response.write(frame(kind, seq, text));
    for (const client of this.#ws.clients) if (client.readyState === WebSocket.OPEN) client.send(text);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    return seq;
  }

  ping(): void {
    for (const client of this.#ws.clients) client.ping('are you there');
  }

  /** Cuts every connection without a word. */
  cutAll(): void {
    for (const socket of this.connections) socket.resetAndDestroy();
  }

  /** Bytes of all sockets so far, as Node counted them. */
  bytes(): { sent: number; received: number } {
    let { sent, received } = this.#finishedBytes;
    for (const socket of this.connections) {
      sent += socket.bytesWritten;
      received += socket.bytesRead;
    }
    return { sent, received };
  }

  async close(): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#note(request);
    if (this.#misbehaves()) {
      if (this.misbehave === 'status') response.writeHead(503, { 'Content-Length': 4 }).end('busy');
      else this.#spoil(request.socket);
      return;
    }
    response.sendDate = false;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://peer');
    const since = sinceOf(request);
    switch (pathname) {
      case '/sse':
      case '/http-stream': {
        const kind = pathname === '/sse' ? 'sse' : 'http-stream';
        response.setHeader('Content-Type', kind === 'sse' ? 'text/event-stream' : 'application/x-ndjson');
        response.flushHeaders();
        if (kind === 'sse') response.write(`retry: ${this.retryMs}\n\n:\n\n`);
        for (const { seq, text } of this.#log.filter(({ seq }) => since !== null && seq > since))
          if (text !== '') response.write(frame(kind, seq, text));
        this.#streams.set(response, kind);
        response.on('close', () => this.#streams.delete(response));
        return;
      }
      case '/long-polling': {
        const answer = () =>
          json(response, searchParams.has('latest') ? this.#since(since).slice(-1) : this.#since(since));
        if (this.#since(since).length > 0) answer();
        else this.#waiting.add(answer);
        return;
      }
      case '/conditional-polling': {
        const etag = `"${this.#log.at(-1)?.seq ?? 0}"`;
        response.setHeader('ETag', etag);
        if (request.headers['if-none-match'] === etag) {
          response.statusCode = 304;
          response.end();
          return;
        }
        json(response, since === null ? this.#since(0).slice(-1) : this.#since(since));
        return;
      }
      case '/polling':
        json(response, since === null ? this.#since(0).slice(-1) : this.#since(since));
        return;
      default:
        response.statusCode = 404;
        response.end();
    }
  }

  #since(since: number | null): string[] {
    if (since === null) return [];
    return this.#log.filter(({ seq, text }) => seq > since && text !== '').map(({ text }) => text);
  }

  #note(request: IncomingMessage): void {
    this.requests.push({ url: request.url ?? '', headers: request.headers });
  }

  #misbehaves(): boolean {
    if (this.misbehaviours === 0) return false;
    this.misbehaviours--;
    return true;
  }

  #spoil(socket: Socket): void {
    if (this.misbehave === 'status') socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy');
    else if (this.misbehave === 'garbage') socket.write('SMTP 220 hello\r\n\r\n');
    else socket.resetAndDestroy();
  }
}

function sinceOf(request: IncomingMessage): number | null {
  const text =
    new URL(request.url ?? '/', 'http://peer').searchParams.get('since') ?? request.headers['last-event-id'] ?? null;
  return text === null ? null : Number(text);
}

function frame(kind: 'sse' | 'http-stream', seq: number, text: string): string {
  return kind === 'sse' ? `id: ${seq}\ndata: ${text}\n\n` : `${JSON.stringify(text)}\n`;
}

function json(response: ServerResponse, updates: readonly string[]): void {
  const body = JSON.stringify(updates);
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', body.length);
  response.end(body);
}
