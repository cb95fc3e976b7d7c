/** What may happen to an instance that somebody drives by events. */
export const eventKinds = ['connecting', 'connected', 'disconnected', 'failure', 'success'] as const;
export type EventKind = (typeof eventKinds)[number];

/** Random events for random instances, made beforehand. Always as many as a power of two. */
export interface Traffic {
  /** Whom the event at a place is for. */
  readonly ids: readonly string[];
  readonly kinds: readonly EventKind[];
  /** `place & mask` is a place, whatever `place` is. */
  readonly mask: number;
}

/** Each kind of event as often as the others, each instance too. The same seed makes the same traffic. */
export function trafficFor(ids: readonly string[], { size = 2 ** 18, seed = 1 } = {}): Traffic {
  if (size < 1 || (size & (size - 1)) !== 0)
    throw new RangeError(`The size of traffic is a power of two, not ${size}.`);
  const random = randomOf(seed);
  const pick = <T>(from: readonly T[]): T => {
    const picked = from[Math.floor(random() * from.length)];
    if (picked === undefined) throw new RangeError('There is no instance to make traffic for.');
    return picked;
  };
  return {
    ids: Array.from({ length: size }, () => pick(ids)),
    kinds: Array.from({ length: size }, () => pick(eventKinds)),
    mask: size - 1,
  };
}

/** Marsaglia's xorshift with 32 bits: enough to mix events. */
function randomOf(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** `instance-0` and on. */
export function idsOf(instances: number): string[] {
  return Array.from({ length: instances }, (_, index) => `instance-${index}`);
}
