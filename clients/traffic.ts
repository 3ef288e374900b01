/**
 * Bytes of all of a worker's sockets, both ways, counted where they are read and written.
 *
 * Totals come from the sockets; heads, payload and repeated updates are counted by the parsers. What
 * remains is framing, so the parts always add up to what the sockets carried. A page does not see its sockets:
 * there heads and framing are not measured, which is null and not zero.
 */
import type { Traffic } from '../contract/trial.js';

export class TrafficMeter {
  downTotal = 0;
  downHeads = 0;
  downPayload = 0;
  downRepeated = 0;
  upTotal = 0;
  upHeads = 0;
  readonly #seesSockets: boolean;

  constructor(seesSockets = true) {
    this.#seesSockets = seesSockets;
  }

  /**
   * @param pendingBytes received of updates that are not whole yet: payload too, or a large update that straddles a
   *   snapshot would have its first part taken for framing, and the next interval's framing go below zero
   */
  read(pendingBytes = 0): Traffic {
    if (!this.#seesSockets)
      return {
        down: { payload: this.downPayload, repeated: this.downRepeated, framing: null, heads: null },
        up: { payload: 0, repeated: 0, framing: null, heads: null },
      };
    return {
      down: {
        payload: this.downPayload + pendingBytes,
        repeated: this.downRepeated,
        framing: this.downTotal - this.downHeads - this.downPayload - this.downRepeated - pendingBytes,
        heads: this.downHeads,
      },
      // Subscribers send no updates, so what goes up is heads, and framing (WebSocket control frames).
      up: { payload: 0, repeated: 0, framing: this.upTotal - this.upHeads, heads: this.upHeads },
    };
  }
}
