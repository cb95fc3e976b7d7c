/** What a proxy does to what passes through it. */
export type Behaviour =
  | { readonly kind: 'pass' }
  /** Each piece arrives this much later, in both directions. Milliseconds. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** One byte at a time, in both directions, with this much between two of them. Milliseconds. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** The first piece in that direction arrives by half, and then the connection is over. */
  | { readonly kind: 'cut'; readonly direction: Direction }
  /**
   * Connections are accepted and nothing is forwarded, not even their end. Those that have been in it stay silent for
   * ever, as with a NAT that has forgotten them.
   */
  | { readonly kind: 'black hole' }
  /** All connections are reset, and so is each new one. */
  | { readonly kind: 'reset' }
  /** Answers what a client says instead of the peer, and hangs up. Undefined lets the piece pass. */
  | { readonly kind: 'answer'; readonly answerTo: (piece: Buffer) => Buffer | undefined };

/** `request`: from the client to the peer; `answer`: back. */
export type Direction = 'request' | 'answer';

export const passing = { kind: 'pass' } as const satisfies Behaviour;
