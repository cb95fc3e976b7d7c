import type { StatelyFrame } from './frames.ts';

/** What a line tells. */
export interface LineEvents {
  /** Somebody listens, and knows nothing yet. */
  readonly onOpen: () => void;
  /** Nobody listens any more. */
  readonly onClose: () => void;
}

/** A way to whoever draws. */
export interface Line {
  readonly isOpen: boolean;
  /** Why it is not open, if it could be told; for people. */
  readonly problem: string | null;
  start(): void;
  stop(): void;
  /** Whether little enough waits to be sent. */
  readonly hasRoom: boolean;
  /** False when it is not open any more. */
  send(frame: StatelyFrame): boolean;
}
