/**
 * Bytes down as DevTools counts them: heads and bodies of responses that ended, chunks of those that have not, frames.
 *
 * Nothing up, nothing of TCP/IP. Its events are made on the page's main thread, so it counts in the warm-up only.
 */
import type { CDPSession } from 'puppeteer';

/** Of a server's frame, which has no mask (RFC 6455, 5.2). */
function frameHeadBytes(payloadBytes: number): number {
  return payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10;
}

export class DevtoolsBytes {
  readonly #session: CDPSession;
  readonly #ofRequest = new Map<string, number>();
  #frameBytes = 0;

  constructor(session: CDPSession) {
    this.#session = session;
    session.on('Network.responseReceived', ({ requestId, response }) =>
      this.#add(requestId, response.encodedDataLength),
    );
    session.on('Network.dataReceived', ({ requestId, encodedDataLength }) => this.#add(requestId, encodedDataLength));
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
      this.#ofRequest.set(requestId, encodedDataLength),
    );
    session.on('Network.webSocketFrameReceived', ({ response }) => {
      // Text of one-byte characters: updates are ASCII.
      this.#frameBytes += frameHeadBytes(response.payloadData.length) + response.payloadData.length;
    });
  }

  async start(): Promise<void> {
    await this.#session.send('Network.enable');
  }

  async stop(): Promise<void> {
    await this.#session.send('Network.disable');
  }

  get downBytes(): number {
    let sum = this.#frameBytes;
    for (const bytes of this.#ofRequest.values()) sum += bytes;
    return sum;
  }

  #add(requestId: string, bytes: number): void {
    this.#ofRequest.set(requestId, (this.#ofRequest.get(requestId) ?? 0) + bytes);
  }
}
