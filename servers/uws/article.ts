/** The article's handlers and its plain GET on uWebSockets.js: an aborted response must not be touched. */
import type { HttpResponse, TemplatedApp } from 'uWebSockets.js';
import { sseContentType } from '../../contract/wire/sse.js';
import { type ArticleTime, type EventStream, realTime } from '../shared/article/handler.js';
import { articleHandlers, hello } from '../shared/article/index.js';
import type { Counters } from '../shared/end.js';
import { serveGet } from './http.js';

class UwsEventStream implements EventStream {
  readonly #res: HttpResponse;
  #gone = false;

  constructor(res: HttpResponse, headers: Readonly<Record<string, string>>) {
    this.#res = res;
    res.onAborted(() => {
      this.#gone = true;
    });
    res.writeHeader('Content-Type', sseContentType);
    for (const [name, value] of Object.entries(headers)) res.writeHeader(name, value);
  }

  get gone(): boolean {
    return this.#gone;
  }

  write(text: string): void {
    if (!this.#gone) this.#res.cork(() => this.#res.write(text));
  }

  end(): void {
    if (!this.#gone) this.#res.cork(() => this.#res.end());
  }
}

export function serveArticle(app: TemplatedApp, counters: Counters, time: ArticleTime = realTime): void {
  for (const [path, handler] of Object.entries(articleHandlers))
    serveGet(app, path, counters, (res) => void handler((headers = {}) => new UwsEventStream(res, headers), time));
  serveGet(app, hello.path, counters, (res) => {
    res.writeHeader('Content-Type', hello.contentType);
    res.end(hello.body);
  });
}
