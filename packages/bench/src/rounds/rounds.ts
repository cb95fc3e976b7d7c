/** Who is measured in turn. */
export interface Turns<Name extends string = string> {
  readonly names: readonly Name[];
  readonly rounds: number;
  /** Rounds that do not count: compilers and caches are slow at first. */
  readonly warmUpRounds: number;
}

/**
 * Measures everybody once a round, and begins each round with another, so that what slows the machine down for a while, or whoever
 * went before, slows nobody more than the others. The figures of each stand in the order of the rounds.
 */
export function inTurns<Name extends string>(
  { names, rounds, warmUpRounds }: Turns<Name>,
  measure: (name: Name, round: number) => number,
): Map<Name, number[]> {
  const figures = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const name of rotated(names, round + warmUpRounds)) {
      const figure = measure(name, round);
      if (round >= 0) figures.get(name)?.push(figure);
    }
  }
  return figures;
}

/** The same in the same order, but beginning with another. */
export function rotated<T>(items: readonly T[], by: number): T[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
