/**
 * A client's connection and the proxy's own to the server, joined.
 *
 * Bytes towards the client can be broken off in the middle of an update: where an update ends is not known here, but
 * half a payload before the end of what has just come lies inside the last one, whatever frames it (16 B of payload is
 * the least, and no transport puts more than 4 B behind it).
 */
import { connect, type Socket } from 'node:net';

type Break = 'close' | 'hang';

export class Pair {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #payloadBytes: number;
  #break: Break | null = null;
  #isBroken = false;

  constructor(client: Socket, host: string, targetPort: number, payloadBytes: number) {
    this.#client = client;
    this.#payloadBytes = payloadBytes;
    this.#upstream = connect({ host, port: targetPort, noDelay: true });
    client.setNoDelay(true);
    for (const [from, to] of [
      [client, this.#upstream],
      [this.#upstream, client],
    ] as const) {
      // 'close' follows every error; what had come before the end is passed on first.
      from.on('error', () => {});
      from.on('close', () => to.destroySoon());
      to.on('drain', () => from.resume());
    }
    client.on('data', (chunk) => {
      if (!this.#upstream.write(chunk)) client.pause();
    });
    this.#upstream.on('data', (chunk) => this.#down(chunk));
  }

  /** In the middle of the next update that comes. */
  breakOff(how: Break): void {
    this.#break = how;
  }

  /** Both ends see a reset. */
  reset(): void {
    this.#client.resetAndDestroy();
    this.#upstream.resetAndDestroy();
  }

  /** Both ends see an orderly close. */
  close(): void {
    this.#client.destroySoon();
    this.#upstream.destroySoon();
  }

  #down(chunk: Buffer): void {
    if (this.#isBroken) return;
    if (this.#break === null) {
      if (!this.#client.write(chunk)) this.#upstream.pause();
      return;
    }
    this.#isBroken = true;
    this.#client.write(chunk.subarray(0, Math.max(1, chunk.length - Math.floor(this.#payloadBytes / 2))));
    if (this.#break === 'close') this.close();
  }
}
