/**
 * A response that does not end, read by `fetch` and a ReadableStream: HTTP streaming, and SSE without EventSource.
 *
 * The page cuts the text into lines itself. What it loses over EventSource is everything that one does alone:
 * reconnecting, resuming, honouring `retry`.
 */
import { transports } from '../../../contract/transports.js';
import type { Subscriber, SubscriberContext } from '../protocol.js';
import { reconnectDelayMs } from './reconnect.js';

/** Takes one line without its end, and says whether it holds an update. */
type LineReader = (line: string) => string | null;

/** NDJSON: a JSON string per line; an empty line carries nothing. */
const readNdjsonLine: LineReader = (line) => (line === '' ? null : (JSON.parse(line) as string));

/** An event of one `data` line, which is what this server sends; `id` is in the update too, and `retry` we do not follow. */
const readSseLine: LineReader = (line) => (line.startsWith('data: ') ? line.slice('data: '.length) : null);

export class FetchStreamSubscriber implements Subscriber {
  readonly #context: SubscriberContext;
  readonly #path: string;
  readonly #readLine: LineReader;
  readonly #abort = new AbortController();
  #everOpened = false;
  #timer = 0;

  constructor(context: SubscriberContext, transport: 'sse' | 'http-stream') {
    this.#context = context;
    this.#path = transports[transport].path;
    this.#readLine = transport === 'sse' ? readSseLine : readNdjsonLine;
  }

  connect(): void {
    void this.#stayConnected();
  }

  start(): void {}

  stop(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #stayConnected(): Promise<void> {
    const { index, log, random } = this.#context;
    let opened = false;
    try {
      const since = log.resumeFrom(index);
      log.requested(index);
      const response = await fetch(this.#path + (since === 0 ? '' : `?since=${since}`), {
        cache: 'no-store',
        signal: this.#abort.signal,
      });
      if (response.status !== 200 || response.body === null) log.error(index, 'status');
      else {
        opened = true;
        if (this.#everOpened) log.reconnected(index);
        this.#everOpened = true;
        this.#context.ready();
        await this.#read(response.body);
        log.disrupted(index);
      }
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      log.error(index, error instanceof SyntaxError ? 'parse' : opened ? 'reset' : 'connect');
    }
    this.#timer = setTimeout(() => this.connect(), reconnectDelayMs(random));
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const { index, log } = this.#context;
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const update = this.#readLine(line);
        if (update !== null) log.update(index, update);
      }
    }
  }
}
