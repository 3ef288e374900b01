/** The number after which a client wants updates, from the URL or from `Last-Event-ID`. */
import { maxSeq } from '../../contract/update.js';
import { badSince, type Refusal } from './refusal.js';

/**
 * The number, null when the client does not say, or why the request must be refused.
 *
 * @param query the parameter `since` of the URL, decoded; undefined when it has none
 * @param lastEventId newer than the URL where the transport has it: a browser reconnects to the URL it was
 *   first given; '' when the request has none
 */
export function parseSince(query: string | undefined, lastEventId = ''): number | null | Refusal {
  const name = lastEventId === '' ? 'since' : 'Last-Event-ID';
  const text = lastEventId === '' ? query : lastEventId;
  if (text === undefined) return null;
  if (/^[0-9]{1,10}$/.test(text) && Number(text) <= maxSeq) return Number(text);
  return badSince(name, text);
}
