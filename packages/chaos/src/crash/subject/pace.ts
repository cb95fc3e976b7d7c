import type { MessagingOptions } from 'holdfast';

/**
 * As it is by default but for what would have a run of minutes wait: backoffs are short, and a message is tried again as often
 * as its process is killed. No timeout is shorter, so that nothing but a kill leaves the fate of a message open.
 */
export const pace = {
  reconnect: { baseBackoffMs: 50, maxBackoffMs: 500, conflictRetryMs: 300, maxRestarts: 1_000 },
  sender: { baseBackoffMs: 50, maxBackoffMs: 500, maxAttempts: 1_000 },
  poller: { waitMs: 2_000 },
} as const satisfies MessagingOptions['defaults'];

export const reconnectBudget = { minPerSecond: 50 } as const;
