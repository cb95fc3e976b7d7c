import type { InboundMessage, InstanceServer, OutboundMessage } from 'holdfast';
import type { Fleet } from '../fleet.ts';
import type { FaultyProxy } from '../proxy/FaultyProxy.ts';

/** The kinds of instances, by the name of their channel. */
export type Kind = 'telegram' | 'mqtt';

/** A server that others wrote, as a child process on 127.0.0.1, with the accounts that it keeps. */
export interface Peer {
  readonly kind: Kind;
  /** Its accounts, in groups to which faults of the network are done at once. */
  readonly groups: readonly AccountGroup[];
  /** SIGKILL. Resolves when it is dead. */
  kill(): Promise<void>;
  /** Starts it again, with what it has kept on its disk. Resolves when it listens. */
  restart(): Promise<void>;
  /** SIGSTOP, and SIGCONT. */
  freeze(): void;
  thaw(): void;
  /** What all its lives have written down. To be asked when nothing is sent any more. */
  readRecord(): Promise<PeerRecord>;
  /** Ends it and everything that belongs to it. */
  close(): Promise<void>;
}

export interface AccountGroup {
  readonly name: string;
  readonly accounts: readonly Account[];
}

/** What one instance connects with, and the user who writes to it. */
export interface Account {
  /** Also the id of the instance. */
  readonly id: string;
  /** All that the instance says and hears goes through it. The user has a way of his own. */
  readonly proxy: FaultyProxy;
  /** Starts the instance of this account. */
  start(fleet: Fleet, onMessage: (message: InboundMessage) => Promise<void>): Promise<InstanceServer>;
  /** Of the right shape, and wrong; and those that are right. */
  readonly wrongCredentials: unknown;
  readonly rightCredentials: unknown;
  /** The message of this number, for the instance to send. */
  outbound(number: number): OutboundMessage;
  /** The number of a message that the user wrote. */
  numberOf(message: InboundMessage): number;
  /** The user writes. Resolves when the peer has said that it has the message; rejects when it has not, or nobody knows. */
  write(number: number): Promise<void>;
  /** Another consumer with the same credentials, until `signal` aborts. It takes nothing away for good. */
  rival(signal: AbortSignal): Promise<void>;
  /** What a peer says to a piece of a request that comes too often; undefined for a piece that it would let pass. */
  refuseForRate(piece: Buffer): Buffer | undefined;
}

export interface PeerRecord {
  /** Whether it has taken this message from the instance. */
  hasTaken(accountId: string, number: number): boolean;
  /** What became of a message that the peer accepted for the instance, and that the instance never handled. */
  fateOf(accountId: string, number: number): Fate;
}

/**
 * `forgotten`: the peer was killed while it had the message and the instance had not acknowledged it, and it never had the
 * message again. `lost`: any other case.
 */
export type Fate = 'forgotten' | 'lost';
