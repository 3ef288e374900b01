/**
 * The floor under every push latency: an update sent by one Node process, read by another, over a bare
 * TCP connection on loopback, with no protocol at all.
 *
 * Two processes of this file: `hop.ts send <rateHz> <count>` listens and writes 16-byte updates on a
 * schedule; `hop.ts receive <port> <count>` reads them and reports one-way latencies. Both say so over IPC.
 */
import { type AddressInfo, connect, createServer } from 'node:net';
import { nowUs } from '../../contract/clock.js';
import { formatUpdate, readIntendedOffsetUs, updateHeaderBytes } from '../../contract/update.js';

process.on('disconnect', () => process.exit(0));
const [role, first, count] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
if (role === 'send') send(first, count);
else receive(first, count);

function send(rateHz: number, updates: number): void {
  const server = createServer({ noDelay: true }, (socket) => {
    const epochUs = nowUs();
    let seq = 0;
    socket.write(formatUpdate(0, 0, 0, '') + String(epochUs).padEnd(32));
    const tick = () => {
      seq++;
      // Stamped at the write, as `published` is.
      socket.write(formatUpdate(seq, Math.round(nowUs() - epochUs), 0, ''), 'latin1');
      if (seq < updates) setTimeout(tick, (epochUs + ((seq + 1) * 1e6) / rateHz - nowUs()) / 1000);
    };
    setTimeout(tick, 1000 / rateHz);
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
}

function receive(port: number, updates: number): void {
  const latenciesUs: number[] = [];
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
          if (held.length < updateHeaderBytes + 32) return true;
          epochUs = Number(held.subarray(updateHeaderBytes, updateHeaderBytes + 32).toString('latin1'));
          held = held.subarray(updateHeaderBytes + 32);
        }
        for (; held.length >= updateHeaderBytes; held = held.subarray(updateHeaderBytes))
          latenciesUs.push(receivedUs - (epochUs + readIntendedOffsetUs(held, 0)));
        if (latenciesUs.length >= updates) process.send?.({ latenciesUs });
        return true;
      },
    },
  });
}
