/** A message as a POST, beside the event stream that updates come by. */
import type { Socket } from 'node:net';
import type { UpstreamArgument } from '../../contract/control.js';
import { messagePath } from '../../contract/messages.js';
import { transports } from '../../contract/transports.js';
import { formatGet, formatPost, HttpResponseParser } from '../../contract/wire/http.js';
import { Answer, type Counts, opened, type Sender } from './sender.js';

export async function post(argument: UpstreamArgument): Promise<Sender> {
  const counts: Counts = { upBytes: 0, downBytes: 0, connections: 1 };
  await openStream(argument);
  const host = `${argument.host}:${argument.port}`;
  const answer = new Answer();
  let line: Socket | null = null;
  const connect = async (): Promise<Socket> => {
    let status = 0;
    let body = Buffer.alloc(0);
    const http = new HttpResponseParser({
      onHead: (head) => {
        status = head.status;
      },
      onBody: (buffer, start, end) => {
        body = Buffer.concat([body, buffer.subarray(start, end)]);
      },
      onMessageEnd() {
        if (status !== 200) throw new Error(`the server answered ${status} to a message`);
        const whole = body;
        body = Buffer.alloc(0);
        answer.give(whole);
      },
      onUpgrade: () => {},
    });
    return opened(argument, counts, (bytes) => http.push(bytes, 0, bytes.length));
  };
  return {
    counts,
    async exchange(message) {
      line ??= await connect();
      const head = formatPost({ path: messagePath, host, bodyBytes: message.length });
      counts.upBytes += head.length + message.length;
      const answered = answer.next();
      line.write(Buffer.concat([Buffer.from(head, 'latin1'), message]));
      const text = await answered;
      if (argument.way === 'post-per-connection') {
        line.destroy();
        line = null;
      }
      return text;
    },
  };
}

/** Stays open and is not counted: what is counted is what messages take beside it. */
async function openStream(argument: UpstreamArgument): Promise<void> {
  const uncounted = { upBytes: 0, downBytes: 0, connections: 0 };
  let begun = (): void => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const socket = await opened(argument, uncounted, () => begun());
  socket.write(formatGet({ path: transports.sse.path, host: `${argument.host}:${argument.port}` }), 'latin1');
  await hasBegun;
}
