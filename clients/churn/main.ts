/**
 * A worker whose subscribers come, receive one update and vanish, again and again (messages in contract/control.ts).
 *
 * It measures nothing itself and remembers nothing between two rounds: what is looked at is the server they leave. How
 * they leave is the harness's choice; a silent one differs only in that the harness has cut the wire before.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { ChurnArgument, FromChurn, ToChurn } from '../../contract/control.js';
import { transports } from '../../contract/transports.js';
import { formatGet } from '../../contract/wire/http.js';
import { formatUpgrade } from '../../contract/wire/websocket.js';

/** As the load generator opens them: below the smallest listen backlog in use. */
const connectsAtOnce = 100;

const argument = parseArgument(process.argv[2]);
const request = requestOf(argument);
let sockets: Socket[] = [];

process.on('disconnect', () => process.exit(0));
if (process.send !== undefined && !process.connected) process.exit(0);
process.on('uncaughtException', (error) => fail(error.stack ?? String(error)));
process.on('message', (message: ToChurn) => {
  switch (message.type) {
    case 'open':
      return openAll();
    case 'vanish':
      return vanish(message.how);
  }
});
say({ type: 'loaded' });

function openAll(): void {
  let receivedCount = 0;
  // The next as soon as one is connected: by updates, 5,000 streams at one a second would take most of a minute.
  const openNext = (): void => {
    if (sockets.length < argument.connections) sockets.push(openOne(openNext, received));
  };
  const received = (): void => {
    receivedCount++;
    if (receivedCount === argument.connections) say({ type: 'received' });
  };
  for (let i = 0; i < connectsAtOnce; i++) openNext();
}

/** @param received called once, when so much has come after the head that an update must be in it */
function openOne(connected: () => void, received: () => void): Socket {
  const socket = connect({ host: argument.host, port: argument.port, noDelay: true });
  let head = '';
  let bodyBytes = -1;
  socket.on('connect', () => {
    socket.write(request, 'latin1');
    connected();
  });
  socket.on('data', (bytes) => {
    if (bodyBytes >= argument.payloadBytes) return;
    if (bodyBytes < 0) {
      head += bytes.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end >= 0) bodyBytes = head.length - end - 4;
    } else bodyBytes += bytes.length;
    if (bodyBytes >= argument.payloadBytes) received();
  });
  socket.on('error', (error) => {
    if (bodyBytes < argument.payloadBytes) fail(`${argument.transport}: ${error.message} before an update came`);
  });
  return socket;
}

function vanish(how: Extract<ToChurn, { type: 'vanish' }>['how']): void {
  let left = sockets.length;
  for (const socket of sockets) {
    socket.removeAllListeners('error').on('error', () => {});
    socket.once('close', () => {
      if (--left > 0) return;
      sockets = [];
      say({ type: 'vanished' });
    });
    // Reads on until the server's own end, as a closing program does; with data unread the kernel would send a reset.
    if (how === 'fin') socket.end();
    else if (how === 'rst') socket.resetAndDestroy();
    else socket.destroy();
  }
}

function requestOf({ transport, host, port }: ChurnArgument): string {
  const { path } = transports[transport];
  const authority = `${host}:${port}`;
  if (transport === 'websocket')
    return formatUpgrade({ path, host: authority, key: randomBytes(16).toString('base64') });
  // From the first update on, so that a long poll has an answer.
  return formatGet({ path: transport === 'long-polling' ? `${path}?since=0&latest=1` : path, host: authority });
}

function say(message: FromChurn, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}

function fail(message: string): void {
  say({ type: 'fatal', message }, () => process.exit(1));
}

function parseArgument(text: string | undefined): ChurnArgument {
  if (text === undefined || process.send === undefined) {
    console.error('clients/churn/main.ts is started by the harness, with one JSON argument and an IPC channel');
    process.exit(2);
  }
  return JSON.parse(text) as ChurnArgument;
}
