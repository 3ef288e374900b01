/**
 * The update every transport carries: 16 ASCII bytes that say which update it is and when, then padding.
 *
 *     SSSSS TTTTTT DDDDD pppp…      (no spaces on the wire)
 *     seq   │      └ published − intended, µs
 *           └ intended, µs after the source's epoch
 *
 * Digits are base 64 (URL-safe alphabet), most significant first. Fixed width and one alphabet make the
 * update the same bytes in JSON, SSE, NDJSON and a text frame (nothing needs escaping), let 16 bytes be
 * the smallest payload, and let a client read it without a string or a JSON parse: decoding is not what
 * is compared here.
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const seqDigits = 5;
const intendedDigits = 6;
const delayDigits = 5;

/** Bytes before the padding: the smallest possible payload. */
export const updateHeaderBytes = seqDigits + intendedDigits + delayDigits;
/** Largest sequence number that fits (64⁵ − 1). */
export const maxSeq = 64 ** seqDigits - 1;
/** Largest publish delay that fits, in µs (about 18 minutes). Longer ones are written as this. */
export const maxDelayUs = 64 ** delayDigits - 1;

const digitValues = new Int16Array(256).fill(-1);
for (let i = 0; i < 64; i++) digitValues[alphabet.charCodeAt(i)] = i;

/** The padding after the header: the alphabet over and over, the same for every update of a size. */
export function updatePadding(payloadBytes: number): string {
  const length = payloadBytes - updateHeaderBytes;
  if (length < 0)
    throw new RangeError(`payloadBytes is ${payloadBytes}; an update needs at least ${updateHeaderBytes} bytes`);
  return alphabet.repeat(Math.ceil(length / 64)).slice(0, length);
}

/** One update as text. Times are integers in µs. */
export function formatUpdate(seq: number, intendedOffsetUs: number, publishDelayUs: number, padding: string): string {
  return (
    formatDigits(seq, seqDigits) +
    formatDigits(intendedOffsetUs, intendedDigits) +
    formatDigits(Math.min(Math.max(publishDelayUs, 0), maxDelayUs), delayDigits) +
    padding
  );
}

/** The sequence number at `start`, or −1 when those bytes are not an update. */
export function readSeq(bytes: Uint8Array, start: number): number {
  return readFiveDigits(bytes, start);
}

/** Intended time in µs after the epoch, or −1 when those bytes are not an update. */
export function readIntendedOffsetUs(bytes: Uint8Array, start: number): number {
  const first = digitAt(bytes, start + seqDigits);
  const rest = readFiveDigits(bytes, start + seqDigits + 1);
  return (first | rest) < 0 ? -1 : first * 64 ** (intendedDigits - 1) + rest;
}

/** Published − intended in µs, or −1 when those bytes are not an update. */
export function readPublishDelayUs(bytes: Uint8Array, start: number): number {
  return readFiveDigits(bytes, start + seqDigits + intendedDigits);
}

function formatDigits(value: number, digits: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < digits; i++) {
    text = (alphabet[rest % 64] as string) + text;
    rest = Math.floor(rest / 64);
  }
  if (rest !== 0) throw new RangeError(`${value} does not fit in ${digits} base-64 digits of an update header`);
  return text;
}

/** Five digits are 30 bits: shifts, and one look at the sign of all, as what is no digit is negative. */
function readFiveDigits(bytes: Uint8Array, start: number): number {
  const a = digitAt(bytes, start);
  const b = digitAt(bytes, start + 1);
  const c = digitAt(bytes, start + 2);
  const d = digitAt(bytes, start + 3);
  const e = digitAt(bytes, start + 4);
  return (a | b | c | d | e) < 0 ? -1 : (a << 24) | (b << 18) | (c << 12) | (d << 6) | e;
}

function digitAt(bytes: Uint8Array, at: number): number {
  return digitValues[bytes[at] ?? 0] as number;
}
