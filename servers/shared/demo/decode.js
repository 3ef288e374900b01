/** Reads an update (contract/update.ts) in the page: number in 5 digits, intended time in 6, of base 64. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const digitValues = new Map([...alphabet].map((digit, value) => [digit, value]));

export function decode(update) {
  return { seq: number(update, 0, 5), intendedOffsetUs: number(update, 5, 11) };
}

function number(update, from, to) {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 64 + (digitValues.get(update[i]) ?? Number.NaN);
  return value;
}
