/** What the WebSocket ends of all subjects say alike. */
import type { UpdateLog } from './log.js';

/** The server goes away (RFC 6455, 7.4.1). */
export const goodbyeCode = 1001;
export const goodbyeReason = 'server stopping';

/** One text message per update. */
export function encodeMessages(updates: readonly string[]): Buffer[] {
  return updates.map((update) => Buffer.from(update, 'latin1'));
}

/** What a new subscriber is sent at once. */
export function missedMessages(log: UpdateLog, since: number | null): Buffer[] {
  return since === null ? [] : encodeMessages(log.since(since));
}
