import { marks } from '../measure/Ledger.ts';
import type { PeerRecord } from '../peers/Peer.ts';
import type { Subject } from '../Subject.ts';

/** A message that is missing, and the fault that it is put down to. */
export interface MissingMessage {
  readonly what: string;
  /** The number of that cycle; 0 when there was none yet. */
  readonly cycle: number;
}

/** What became of all messages. */
export interface Messages {
  /** Sent by the instances, and confirmed to them. */
  readonly sent: number;
  /** Given up by the instances, which said so. */
  readonly failed: number;
  /** Written by the users, and confirmed to them. */
  readonly written: number;
  /** Confirmed messages that the handlers saw more than once. */
  readonly seenAgain: number;
  /** Confirmed by `send`, and not on the peer's record; or kept by the peer, and never seen by the handler. */
  readonly lost: readonly MissingMessage[];
  /** Kept by a peer that was then killed, and had forgotten it when it came back. */
  readonly forgotten: readonly MissingMessage[];
}

export interface Records {
  readonly recordOf: (subject: Subject) => PeerRecord;
  /** Whether the cycle of this number killed a peer. */
  readonly isKill: (cycle: number) => boolean;
}

/**
 * Compares what the instances and users were told with what the peers have written down. What is lost is put down to the
 * fault that had begun last when the message was written; what a peer has forgotten, to the next time that it was killed.
 */
export function settleMessages(subjects: readonly Subject[], { recordOf, isKill }: Records): Messages {
  const lost: MissingMessage[] = [];
  const forgotten: MissingMessage[] = [];
  for (const subject of subjects) {
    const { id, inbound, outbound } = subject;
    const record = recordOf(subject);
    for (const number of outbound.numbers(marks.sent, 0)) {
      if (record.hasTaken(id, number)) continue;
      lost.push({ what: `${id} sent message ${number}`, cycle: outbound.cycleOf(number) });
    }
    for (const number of inbound.numbers(marks.accepted, marks.handled)) {
      const what = `${id} got message ${number}`;
      const since = inbound.cycleOf(number);
      if (record.fateOf(id, number) === 'lost') lost.push({ what, cycle: since });
      else forgotten.push({ what, cycle: nextKill(subject, since, isKill) });
    }
  }
  const sum = (count: (subject: Subject) => number): number =>
    subjects.reduce((total, subject) => total + count(subject), 0);
  return {
    sent: sum(({ outbound }) => outbound.count(marks.sent)),
    failed: sum(({ outbound }) => outbound.count(marks.failed)),
    written: sum(({ inbound }) => inbound.count(marks.accepted)),
    seenAgain: sum(({ inbound }) => inbound.repeats),
    lost,
    forgotten,
  };
}

function nextKill({ cycles }: Subject, since: number, isKill: Records['isKill']): number {
  return cycles.slice(Math.max(0, cycles.indexOf(since))).find(isKill) ?? since;
}
