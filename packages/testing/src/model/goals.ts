import type { Chart } from '../chart/index.ts';

/** What a plan has to cover. Each includes `transitions`. */
export type Cover = 'transitions' | 'guards' | 'pairs';

const separator = '\n';

/** What there is to cover, as texts: a set of them is easy to count and to compare. */
export const goalOf = {
  taken: (id: string): string => `taken${separator}${id}`,
  held: (id: string): string => `held${separator}${id}`,
  failed: (id: string): string => `failed${separator}${id}`,
  pair: (before: string, id: string): string => `pair${separator}${before}${separator}${id}`,
} as const;

const kindsOf: Readonly<Record<Cover, readonly string[]>> = {
  transitions: ['taken'],
  guards: ['taken', 'held', 'failed'],
  pairs: ['taken', 'pair'],
};

export function isWanted(goal: string, cover: Cover): boolean {
  return kindsOf[cover].includes(goal.slice(0, goal.indexOf(separator)));
}

/** The goals that a chart names by itself. Which pairs it allows only its exploration tells. */
export function goalsOf({ transitions }: Chart, cover: Cover): readonly string[] {
  const all = transitions.flatMap(({ guard, id }) => [
    goalOf.taken(id),
    ...(guard === null ? [] : [goalOf.held(id), goalOf.failed(id)]),
  ]);
  return all.filter((goal) => isWanted(goal, cover));
}

export function describeGoal({ transitions }: Chart, goal: string): string {
  const [kind, ...ids] = goal.split(separator);
  const [first = '', second = ''] = ids.map((id) => transitions.find((one) => one.id === id)?.name ?? id);
  if (kind === 'held') return `${first}: holds`;
  if (kind === 'failed') return `${first}: does not hold`;
  return kind === 'pair' ? `${first}, then ${second}` : first;
}
