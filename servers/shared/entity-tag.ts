/**
 * The entity tag of conditional polling: the newest sequence number. It names the state, whichever part of it
 * the URL asks for.
 */

export function entityTag(newestSeq: number): string {
  return `"${newestSeq}"`;
}

/** RFC 9110, 13.1.2: `*`, or a list compared without regard to weakness. '' matches nothing. */
export function matchesTag(ifNoneMatch: string, tag: string): boolean {
  if (ifNoneMatch === tag) return true;
  if (ifNoneMatch === '') return false;
  return ifNoneMatch.split(',').some((item) => {
    const candidate = item.trim();
    return candidate === '*' || candidate === tag || candidate === `W/${tag}`;
  });
}
