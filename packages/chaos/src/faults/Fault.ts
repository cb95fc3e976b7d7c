import type { TelemetryEventName } from 'holdfast';
import type { Kind, Peer } from '../peers/Peer.ts';
import type { SeededRandom } from '../SeededRandom.ts';
import type { Subject } from '../Subject.ts';

/** Something bad, done for real. */
export interface Fault {
  readonly name: string;
  /** What kinds of instances it can be done to. */
  readonly kinds: readonly Kind[];
  /** `peer`: all that the server serves. `group`: some instances. */
  readonly reach: 'peer' | 'group';
  /** The events that count as having noticed it. */
  readonly noticedBy: readonly TelemetryEventName[];
  /** The fault begins when it is called, and is over when it resolves. */
  strike(target: Target): Promise<void>;
}

export interface Target {
  readonly peer: Peer;
  readonly subjects: readonly Subject[];
  /** For how long, how much, which way. The same for the same seed. */
  readonly random: SeededRandom;
  /** Tells of something that must not have happened. */
  readonly complain: (what: string) => void;
}

export const linkLost: readonly TelemetryEventName[] = ['instance.disconnected', 'instance.error'];
