/** The article's handlers and its plain GET on Node. */
import type { ServerResponse } from 'node:http';
import { sseContentType } from '../../contract/wire/sse.js';
import { type ArticleTime, type EventStream, realTime } from '../shared/article/handler.js';
import { articleHandlers, hello } from '../shared/article/index.js';
import type { Routes } from './http.js';

class NodeEventStream implements EventStream {
  readonly #res: ServerResponse;

  constructor(res: ServerResponse, headers: Readonly<Record<string, string>>) {
    this.#res = res;
    res.writeHead(200, { 'Content-Type': sseContentType, ...headers });
  }

  get gone(): boolean {
    return this.#res.closed;
  }

  write(text: string): void {
    if (!this.gone) this.#res.write(text);
  }

  end(): void {
    if (!this.gone) this.#res.end();
  }
}

export function serveArticle(routes: Routes, time: ArticleTime = realTime): void {
  for (const [path, handler] of Object.entries(articleHandlers))
    routes.get(path, (_req, res) => void handler((headers = {}) => new NodeEventStream(res, headers), time));
  routes.get(hello.path, (_req, res) => {
    // As the article's Node server has it, head before body: so Node does not know the length, and sends a chunk.
    res.writeHead(200, {
      'Content-Type': hello.contentType,
      Connection: res.shouldKeepAlive ? 'keep-alive' : 'close',
    });
    res.end(hello.body);
  });
}
