import { pause } from './pause.ts';

/** Whether what was looked for is so, and what is there instead or in detail. */
export interface Finding {
  readonly held: boolean;
  readonly found: string;
}

export type Look = () => Finding | Promise<Finding>;

const looksEveryMs = 20;

/** Resolves as soon as it holds; with what is found when the time is over otherwise. */
export function eventually(look: Look, withinMs: number, signal: AbortSignal): Promise<Finding> {
  return watch(look, { endsAtMs: Date.now() + withinMs, isDecided: ({ held }) => held, signal });
}

/** Resolves as soon as it does not hold; with what is found when the time is over otherwise. */
export function throughout(look: Look, forMs: number, signal: AbortSignal): Promise<Finding> {
  return watch(look, { endsAtMs: Date.now() + forMs, isDecided: ({ held }) => !held, signal });
}

interface Watch {
  readonly endsAtMs: number;
  readonly isDecided: (finding: Finding) => boolean;
  readonly signal: AbortSignal;
}

/** Looks once more after the time is over, so that a busy machine decides nothing. */
async function watch(look: Look, { endsAtMs, isDecided, signal }: Watch): Promise<Finding> {
  for (;;) {
    const isLast = Date.now() >= endsAtMs;
    const finding = await look();
    if (isLast || isDecided(finding)) return finding;
    await pause(looksEveryMs, signal);
    signal.throwIfAborted();
  }
}
