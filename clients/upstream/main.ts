/**
 * A worker that receives updates and has something to say (messages in contract/control.ts).
 *
 * Over a WebSocket it says it on the connection that updates come by. Beside an event stream it takes a POST, on a
 * connection kept open for that or on a new one for each. One message at a time, the next when the last was answered.
 */
import { randomBytes } from 'node:crypto';
import { nowUs } from '../../contract/clock.js';
import type { FromUpstream, ToUpstream, UpstreamArgument } from '../../contract/control.js';
import { post } from './post.js';
import type { Sender } from './sender.js';
import { websocket } from './websocket.js';

const argument = parseArgument(process.argv[2]);

process.on('disconnect', () => process.exit(0));
if (process.send !== undefined && !process.connected) process.exit(0);
process.on('uncaughtException', (error) => fail(error.stack ?? String(error)));

const sender: Sender = await (argument.way === 'websocket' ? websocket(argument) : post(argument));
process.on('message', ({ messages }: ToUpstream) => void send(messages));
say({ type: 'open' });

async function send(messages: number): Promise<void> {
  // Text, and different from message to message: an answer to another one is found out.
  const texts = Array.from({ length: messages }, () => randomBytes(argument.payloadBytes).toString('base64'));
  const roundTripUs: number[] = [];
  const before = { ...sender.counts };
  for (const text of texts) {
    const message = Buffer.from(text.slice(0, argument.payloadBytes));
    const sentUs = nowUs();
    const answer = await sender.exchange(message);
    roundTripUs.push(nowUs() - sentUs);
    if (!answer.equals(message)) return fail(`${argument.way}: a message came back as another`);
  }
  const { counts } = sender;
  say({
    type: 'sent',
    report: {
      roundTripUs,
      upBytes: counts.upBytes - before.upBytes,
      downBytes: counts.downBytes - before.downBytes,
      connections: counts.connections,
    },
  });
}

function say(message: FromUpstream, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}

function fail(message: string): void {
  say({ type: 'fatal', message }, () => process.exit(1));
}

function parseArgument(text: string | undefined): UpstreamArgument {
  if (text === undefined || process.send === undefined) {
    console.error('clients/upstream/main.ts is started by the harness, with one JSON argument and an IPC channel');
    process.exit(2);
  }
  return JSON.parse(text) as UpstreamArgument;
}
