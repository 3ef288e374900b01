/** A message on the WebSocket that updates come by. */
import { randomBytes } from 'node:crypto';
import type { UpstreamArgument } from '../../contract/control.js';
import { transports } from '../../contract/transports.js';
import { HttpResponseParser } from '../../contract/wire/http.js';
import { formatClientFrame, formatUpgrade, opcodes, WebSocketParser } from '../../contract/wire/websocket.js';
import { Answer, opened, type Sender } from './sender.js';

export async function websocket(argument: UpstreamArgument): Promise<Sender> {
  const counts = { upBytes: 0, downBytes: 0, connections: 0 };
  const answer = new Answer();
  const frames = new WebSocketParser({
    // A view into a buffer that is about to be reused.
    onMessage: (_isText, buffer, start, end) => answer.give(Buffer.from(buffer.subarray(start, end))),
    onPing: () => {},
    onPong: () => {},
    onClose: () => {},
  });
  let upgraded = (): void => {};
  const isUpgraded = new Promise<void>((resolve) => {
    upgraded = resolve;
  });
  const http = new HttpResponseParser({
    onHead({ status }) {
      if (status !== 101) throw new Error(`the server answered ${status} to an upgrade`);
      upgraded();
    },
    onBody: () => {},
    onMessageEnd: () => {},
    onUpgrade: (buffer, start, end) => frames.push(buffer, start, end),
  });
  const socket = await opened(argument, counts, (bytes) => http.push(bytes, 0, bytes.length));
  const host = `${argument.host}:${argument.port}`;
  socket.write(formatUpgrade({ path: transports.websocket.path, host, key: randomBytes(16).toString('base64') }));
  await isUpgraded;
  return {
    counts,
    exchange(message) {
      const frame = formatClientFrame(opcodes.text, message, randomBytes(4));
      counts.upBytes += frame.length;
      const answered = answer.next();
      socket.write(frame);
      return answered;
    },
  };
}
