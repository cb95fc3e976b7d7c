import { randomBytes } from 'node:crypto';
import type { Cancelable, InboundItem, InboundMessage, Json, PollResult } from 'holdfast';
import type { IPublishPacket } from 'mqtt';
import { readPublish } from './inbound.ts';
import type { SessionIds } from './SessionIds.ts';

export interface InboxOptions {
  readonly session: SessionIds;
  readonly capacity: number;
  readonly maxPayloadBytes: number;
}

export interface WaitOptions {
  readonly cursor: Json;
  readonly waitMs: number;
  /** Each of them ends the wait, which then rejects with that signal's reason. */
  readonly signals: readonly Cancelable[];
}

interface Entry {
  readonly number: number;
  /** None for a payload that is no message, or too long. */
  readonly message: InboundMessage | undefined;
  /** None when the broker waits for no acknowledgement. */
  readonly packetId: number | undefined;
}

/**
 * What one connection has brought and what is not handled yet.
 *
 * B1. It holds at most `capacity`, those being handled included, and the socket is read on all the same: an answer to a
 *     ping or to a publish stands behind the messages, and a slow handler would make the link look dead.
 * B2. What the broker waits for is acknowledged when it is committed, in the order in which it came; also what is skipped.
 * B3. Of QoS 0, what does not fit is dropped, and the next message says how many were.
 * B4. Of QoS 1, what does not fit is left with the broker, and all that comes after it, for the order: it comes again on
 *     the next connection. The inbox is spent then, as soon as what it holds is committed. A broker of MQTT 5 that keeps
 *     to our Receive Maximum never gets there.
 */
export class Inbox {
  readonly #session: SessionIds;
  readonly #capacity: number;
  readonly #maxPayloadBytes: number;
  readonly #origin = randomBytes(6).toString('base64url');
  readonly #entries = new Map<number, Entry>();
  readonly #awaited = new Set<number>();
  readonly #wakeUps = new Set<() => void>();
  #count = 0;
  #dropped = 0;
  #isOverrun = false;

  constructor({ session, capacity, maxPayloadBytes }: InboxOptions) {
    this.#session = session;
    this.#capacity = capacity;
    this.#maxPayloadBytes = maxPayloadBytes;
  }

  /** B4. Only another connection brings more. */
  get isSpent(): boolean {
    return this.#isOverrun && this.#entries.size === 0;
  }

  /** The broker has taken us, with the session of before or with a new one. */
  begin(isResumed: boolean): void {
    this.#session.begin(isResumed);
  }

  receive(packet: IPublishPacket): void {
    if (packet.qos === 1 && packet.messageId !== undefined) this.#keep(packet, packet.messageId);
    else this.#offer(packet);
  }

  /** What came after `cursor`; everything, when that is a cursor of another connection. */
  read(cursor: Json): PollResult {
    const after = this.#numberOf(cursor) ?? 0;
    const items: InboundItem[] = [];
    let next = cursor;
    for (const { number, message } of this.#entries.values()) {
      if (number <= after) continue;
      next = this.#cursorOf(number);
      if (message) items.push({ message, cursor: next });
    }
    return { items, cursor: next };
  }

  /** Takes out everything up to `cursor`, and answers what is to be acknowledged. */
  commit(cursor: Json): readonly number[] {
    const upTo = this.#numberOf(cursor) ?? 0;
    const packetIds: number[] = [];
    for (const { number, packetId } of this.#entries.values()) {
      if (number > upTo) break;
      this.#entries.delete(number);
      if (packetId === undefined) continue;
      this.#awaited.delete(packetId);
      this.#session.forget(packetId);
      packetIds.push(packetId); // B2
    }
    return packetIds;
  }

  /** Resolves as soon as there is something after `cursor`, or after `waitMs`. */
  whenFilled({ cursor, waitMs, signals }: WaitOptions): Promise<void> {
    const isFilled = (): boolean => this.#count > (this.#numberOf(cursor) ?? 0) && this.#entries.size > 0;
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#wakeUps.delete(finish);
        for (const signal of signals) signal.removeEventListener('abort', finish);
        const aborted = signals.find((signal) => signal.aborted);
        if (aborted) reject(aborted.reason);
        else resolve();
      };
      const timer = setTimeout(finish, waitMs);
      this.#wakeUps.add(finish);
      for (const signal of signals) signal.addEventListener('abort', finish);
      if (isFilled() || signals.some((signal) => signal.aborted)) finish();
    });
  }

  #keep(packet: IPublishPacket, packetId: number): void {
    if (this.#awaited.has(packetId) && packet.dup) return; // An old broker that is impatient: it is here already.
    if (this.#isOverrun || this.#entries.size >= this.#capacity) {
      this.#isOverrun = true; // B4
      return;
    }
    const id = this.#session.idOf({ packetId, topic: packet.topic, isDuplicate: packet.dup });
    this.#awaited.add(packetId);
    this.#add(this.#read(packet, id), packetId);
  }

  #offer(packet: IPublishPacket): void {
    if (this.#entries.size >= this.#capacity) {
      this.#dropped += 1; // B3
      return;
    }
    const message = this.#read(packet, this.#session.next());
    if (message) this.#add(message, undefined);
  }

  #read(packet: IPublishPacket, id: string): InboundMessage | undefined {
    const message = readPublish(packet, { id, maxPayloadBytes: this.#maxPayloadBytes, dropped: this.#dropped });
    if (message) this.#dropped = 0;
    return message;
  }

  #add(message: InboundMessage | undefined, packetId: number | undefined): void {
    this.#count += 1;
    this.#entries.set(this.#count, { number: this.#count, message, packetId });
    for (const wakeUp of this.#wakeUps) wakeUp();
  }

  #cursorOf(number: number): string {
    return `${this.#origin}:${number}`;
  }

  #numberOf(cursor: Json): number | undefined {
    const prefix = `${this.#origin}:`;
    if (typeof cursor !== 'string' || !cursor.startsWith(prefix)) return undefined;
    const number = Number(cursor.slice(prefix.length));
    return Number.isSafeInteger(number) ? number : undefined;
  }
}
