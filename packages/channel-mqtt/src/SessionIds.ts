import { randomBytes } from 'node:crypto';

/** What of a PUBLISH says whether we have seen it before. */
export interface Delivery {
  readonly packetId: number;
  readonly topic: string;
  /** The broker says that it has sent this packet before. */
  readonly isDuplicate: boolean;
}

interface Known {
  readonly id: string;
  readonly topic: string;
}

/**
 * The ids of the messages of one session at one broker. MQTT numbers a message only until it is acknowledged, and then
 * gives the number to another: so ids are made here.
 *
 * D1. No two messages have one id, whatever the broker does, over restarts of the process too.
 * D2. A message that comes again before we have acknowledged it has the id of the first time, also on another connection
 *     of the same session, as long as the process lives.
 *
 * After we have acknowledged it, one that comes again (our word was lost with the connection) cannot be told from another
 * message with the same number, and gets a new id: seen twice is better than not seen.
 */
export class SessionIds {
  readonly #origin = randomBytes(9).toString('base64url');
  readonly #unacknowledged = new Map<number, Known>();
  #count = 0;

  get isEmpty(): boolean {
    return this.#unacknowledged.size === 0;
  }

  /** A connection has begun. Without the session of before, the numbers of before mean nothing. */
  begin(isResumed: boolean): void {
    if (!isResumed) this.#unacknowledged.clear();
  }

  /** Of a message that nobody acknowledges, and that never comes again. */
  next(): string {
    this.#count += 1;
    return `${this.#origin}-${this.#count}`; // D1
  }

  /** Of a message that is to be acknowledged. */
  idOf({ packetId, topic, isDuplicate }: Delivery): string {
    const known = this.#unacknowledged.get(packetId);
    if (known && isDuplicate && known.topic === topic) return known.id; // D2
    const id = this.next();
    this.#unacknowledged.set(packetId, { id, topic });
    return id;
  }

  /** We have acknowledged it: the number is free. */
  forget(packetId: number): void {
    this.#unacknowledged.delete(packetId);
  }
}

/** More sessions with something unacknowledged than this are not left behind by one process. */
const maxSessions = 10_000;

/** What is left unacknowledged by the connections of one adapter, for the next connection of the same session. */
export class SessionIndex {
  readonly #sessions = new Map<string, SessionIds>();

  /** `key` names the client and the broker. */
  open(key: string): SessionIds {
    const session = this.#sessions.get(key) ?? new SessionIds();
    this.#keep(key, session);
    return session;
  }

  /** A connection is over. Nothing is kept of a session in which everything is acknowledged. */
  close(key: string, session: SessionIds): void {
    if (session.isEmpty) this.#sessions.delete(key);
    else this.#keep(key, session);
  }

  #keep(key: string, session: SessionIds): void {
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > maxSessions && oldest !== undefined) this.#sessions.delete(oldest);
  }
}
