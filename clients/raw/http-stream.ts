/** HTTP streaming: one JSON string per line of a response that does not end. */
import { transports } from '../../contract/transports.js';
import { WireError } from '../../contract/wire/errors.js';
import { formatGet } from '../../contract/wire/http.js';
import { LineParser } from '../../contract/wire/ndjson.js';
import type { StreamEnd } from './stream.js';
import type { SubscriberContext } from './subscriber.js';

const quote = 0x22;

export function openHttpStream({ recorder, index }: SubscriberContext): StreamEnd {
  const lines = new LineParser((buffer, start, end) => {
    if (buffer[start] !== quote || buffer[end - 1] !== quote || end - start < 2)
      throw new WireError('malformed', 'an NDJSON line is not a JSON string');
    recorder.received(index, buffer, start + 1, end - 1);
  });
  return {
    request: (host, since) =>
      formatGet({ path: transports['http-stream'].path + (since === 0 ? '' : `?since=${since}`), host }),
    accepts: (head) => head.status === 200,
    push: (buffer, start, end) => lines.push(buffer, start, end),
    get pendingBytes() {
      return lines.pendingBytes;
    },
    reconnectMs: null,
  };
}
