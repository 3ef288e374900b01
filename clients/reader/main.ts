/**
 * A worker that reads one event stream after the other and says what each brought (messages in contract/control.ts).
 *
 * For streams that are no transport under test and carry no updates of ours: it knows nothing of their content, and
 * keeps every event's time, type, id and size. One at a time, so that nothing else happens in this process meanwhile.
 */
import { connect } from 'node:net';
import { nowUs } from '../../contract/clock.js';
import type { FromReader, ReaderArgument, StreamReading, ToReader } from '../../contract/control.js';
import { formatGet, HttpResponseParser } from '../../contract/wire/http.js';
import { SseParser } from '../../contract/wire/sse.js';

const argument = parseArgument(process.argv[2]);

process.on('disconnect', () => process.exit(0));
if (process.send !== undefined && !process.connected) process.exit(0);
process.on('uncaughtException', (error) => fail(error.stack ?? String(error)));
process.on('message', ({ path, forMs }: ToReader) => {
  read(path, forMs).then(
    (reading) => say({ type: 'reading', reading }),
    (error: Error) => fail(`${path}: ${error.message}`),
  );
});
say({ type: 'loaded' });

function read(path: string, forMs: number | null): Promise<StreamReading> {
  const { host, port } = argument;
  const request = formatGet({ path, host: `${host}:${port}` });
  return new Promise((resolve, reject) => {
    const events: [number, string, string, number][] = [];
    let sentUs = 0;
    let status = 0;
    let downBytes = 0;
    let lastData = '';
    const sse = new SseParser({
      onEvent(type, buffer, start, end) {
        events.push([nowUs() - sentUs, type, sse.lastEventId, end - start]);
        lastData = buffer.toString('utf8', start, end);
      },
    });
    const http = new HttpResponseParser({
      onHead: (head) => {
        status = head.status;
      },
      onBody: (buffer, start, end) => sse.push(buffer, start, end),
      onMessageEnd: () => leave(true),
      onUpgrade: () => {},
    });
    const socket = connect({ host, port, noDelay: true });
    const timer = forMs === null ? undefined : setTimeout(() => leave(false), forMs);
    const leave = (ended: boolean): void => {
      clearTimeout(timer);
      socket.removeAllListeners('close').destroy();
      const { headBytes: downHeadBytes } = http;
      const { reconnectMs: retryMs } = sse;
      resolve({ status, downBytes, downHeadBytes, upBytes: request.length, events, lastData, retryMs, ended });
    };
    socket.on('connect', () => {
      sentUs = nowUs();
      socket.write(request, 'latin1');
    });
    socket.on('data', (bytes) => {
      downBytes += bytes.length;
      try {
        http.push(bytes, 0, bytes.length);
      } catch (error) {
        clearTimeout(timer);
        socket.destroy();
        reject(error);
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => reject(new Error('the connection closed before the response had ended')));
  });
}

function say(message: FromReader, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}

function fail(message: string): void {
  say({ type: 'fatal', message }, () => process.exit(1));
}

function parseArgument(text: string | undefined): ReaderArgument {
  if (text === undefined || process.send === undefined) {
    console.error('clients/reader/main.ts is started by the harness, with one JSON argument and an IPC channel');
    process.exit(2);
  }
  return JSON.parse(text) as ReaderArgument;
}
