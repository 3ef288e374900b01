/** What can be wrong with bytes from the other side. Closed, so that a count per kind is possible. */
type WireErrorKind =
  /** Not the grammar. */
  | 'malformed'
  /** Grammatical, but more than a limit allows. */
  | 'too-large'
  /** The connection ended inside something. */
  | 'truncated'
  /** Valid, and not what was asked for. */
  | 'unexpected';

export class WireError extends Error {
  readonly kind: WireErrorKind;
  constructor(kind: WireErrorKind, message: string) {
    super(message);
    this.name = 'WireError';
    this.kind = kind;
  }
}
