/** HTTP streaming: one JSON string per line of a response that does not end. */
import { transports } from '../../contract/transports.js';
import { WireError } from '../../contract/wire/errors.js';
import { formatGet, type ResponseHead } from '../../contract/wire/http.js';
import { LineParser } from '../../contract/wire/ndjson.js';
import type { StreamEnd } from './stream.js';
import type { SubscriberContext } from './subscriber.js';

const quote = 0x22;

export function openHttpStream(context: SubscriberContext): StreamEnd {
  return new HttpStreamEnd(context);
}

class HttpStreamEnd implements StreamEnd {
  readonly reconnectMs = null;
  readonly #lines: LineParser;

  constructor({ recorder, index }: SubscriberContext) {
    this.#lines = new LineParser((buffer, start, end) => {
      if (buffer[start] !== quote || buffer[end - 1] !== quote || end - start < 2)
        throw new WireError('malformed', 'an NDJSON line is not a JSON string');
      recorder.received(index, buffer, start + 1, end - 1);
    });
  }

  get pendingBytes(): number {
    return this.#lines.pendingBytes;
  }

  request(host: string, since: number): string {
    return formatGet({ path: transports['http-stream'].path + (since === 0 ? '' : `?since=${since}`), host });
  }

  accepts(head: ResponseHead): boolean {
    return head.status === 200;
  }

  push(buffer: Buffer, start: number, end: number): void {
    this.#lines.push(buffer, start, end);
  }
}
