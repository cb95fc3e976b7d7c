/** Randomness as a port: a number in [0, 1), uniformly distributed. */
export type Random = () => number;

/** The runtime's own generator. Good for jitter and job ids, not for secrets. */
export const systemRandom: Random = () => Math.random();
