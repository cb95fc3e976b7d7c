import type { Patience } from './rounds/Patience.ts';

/** What goes with a run through all of its sections. */
export interface Run {
  readonly onProgress: (what: string) => void;
  readonly patience: Patience;
}
