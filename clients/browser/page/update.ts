/**
 * Reads the header of an update from the string that a page is given; its layout is in contract/update.ts.
 *
 * Not shared with it: there updates are bytes, here the platform has already made them text.
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const seqDigits = 5;
const intendedDigits = 6;
const delayDigits = 5;

const digitValues = new Int16Array(128).fill(-1);
for (let i = 0; i < alphabet.length; i++) digitValues[alphabet.charCodeAt(i)] = i;

/** Whether this is a whole update of the expected size, by its length and header. */
export function isUpdate(text: string, payloadBytes: number): boolean {
  return (
    text.length === payloadBytes &&
    readSeq(text) > 0 &&
    readIntendedOffsetUs(text) >= 0 &&
    readPublishDelayUs(text) >= 0
  );
}

/** The sequence number, or −1. */
export function readSeq(text: string): number {
  return readDigits(text, 0, seqDigits);
}

/** Intended time in µs after the source's epoch, or −1. */
export function readIntendedOffsetUs(text: string): number {
  return readDigits(text, seqDigits, intendedDigits);
}

/** Published − intended in µs, or −1. */
export function readPublishDelayUs(text: string): number {
  return readDigits(text, seqDigits + intendedDigits, delayDigits);
}

function readDigits(text: string, start: number, digits: number): number {
  let value = 0;
  for (let i = start; i < start + digits; i++) {
    const digit = digitValues[text.charCodeAt(i)] ?? -1;
    if (digit < 0) return -1;
    value = value * 64 + digit;
  }
  return value;
}
