/**
 * The floor under every push latency: an update sent by one Node process, read by another, over a bare
 * TCP connection on loopback, with no protocol at all.
 *
 * Two worker processes of this file, one argument each: the sender listens and writes 16-byte updates on a schedule,
 * the receiver reads them and reports one-way latencies. Both leave when their channel closes.
 */
import { type AddressInfo, connect, createServer } from 'node:net';
import { nowUs } from '../../contract/clock.js';
import { formatUpdate, readIntendedOffsetUs, updateHeaderBytes } from '../../contract/update.js';

export type HopArgument =
  | { readonly role: 'send'; readonly rateHz: number; readonly updates: number }
  | { readonly role: 'receive'; readonly port: number; readonly updates: number };
export type FromSender = { type: 'listening'; port: number };
export type FromReceiver = { type: 'latencies'; us: number[] };

/** After the first update the sender says when its epoch was, in this many characters. */
const epochChars = 32;

process.on('disconnect', () => process.exit(0));
const argument = JSON.parse(process.argv[2] ?? '') as HopArgument;
if (argument.role === 'send') send(argument.rateHz, argument.updates);
else receive(argument.port, argument.updates);

function send(rateHz: number, updates: number): void {
  const server = createServer({ noDelay: true }, (socket) => {
    const epochUs = nowUs();
    let seq = 0;
    socket.write(formatUpdate(0, 0, 0, '') + String(epochUs).padEnd(epochChars));
    const tick = () => {
      seq++;
      // Stamped at the write, as `published` is.
      socket.write(formatUpdate(seq, Math.round(nowUs() - epochUs), 0, ''), 'latin1');
      if (seq < updates) setTimeout(tick, (epochUs + ((seq + 1) * 1e6) / rateHz - nowUs()) / 1000);
    };
    setTimeout(tick, 1000 / rateHz);
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1', () => say({ type: 'listening', port: (server.address() as AddressInfo).port }));
}

function receive(port: number, updates: number): void {
  const us: number[] = [];
  const buffer = Buffer.allocUnsafe(65_536);
  let epochUs = 0;
  let held = Buffer.alloc(0);
  connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer,
      callback: (byteCount) => {
        const receivedUs = nowUs();
        held = Buffer.concat([held, buffer.subarray(0, byteCount)]);
        if (epochUs === 0) {
          if (held.length < updateHeaderBytes + epochChars) return true;
          epochUs = Number(held.subarray(updateHeaderBytes, updateHeaderBytes + epochChars).toString('latin1'));
          held = held.subarray(updateHeaderBytes + epochChars);
        }
        for (; held.length >= updateHeaderBytes; held = held.subarray(updateHeaderBytes))
          us.push(receivedUs - (epochUs + readIntendedOffsetUs(held, 0)));
        if (us.length >= updates) say({ type: 'latencies', us });
        return true;
      },
    },
  });
}

function say(message: FromSender | FromReceiver): void {
  process.send?.(message);
}
