/** How much of events is measured, and how often. */
export interface EventsPlan {
  /** At how many instances the mixed traffic is measured. */
  readonly sizes: readonly number[];
  /** About how long one turn of one kind takes. Milliseconds of processor time. */
  readonly turnMs: number;
  readonly rounds: number;
  readonly warmUpRounds: number;
  /** Names of kinds of machines; all when it is left out. */
  readonly kinds?: readonly string[];
}

/** What is done to one instance over and over. */
export const patterns = ['success', 'failureSuccess', 'connection'] as const;
export type Pattern = (typeof patterns)[number];
