/** What is to be sent: as in an app, a bot, a chat and a text. */
export interface OutgoingMessage {
  /** The number of the instance, from 0. */
  readonly instance: number;
  /** The id of a private chat: a positive number. */
  readonly chatId: number;
  readonly text: string;
}

/** Whoever sends messages for an app, with all its instances running. */
export interface Contestant {
  /** Hands a message over. Resolves with the peer's id of it when the peer has taken it, and the contestant knows. */
  send(message: OutgoingMessage): Promise<number>;
  close(): Promise<void>;
}

export interface Surroundings {
  /** The root of the Bot API, without a slash at its end. */
  readonly apiRoot: string;
  readonly instances: number;
  /** How many sends an instance may have under way at once. */
  readonly maxInFlight: number;
  /** A folder of its own, on the disk whose syncs count. */
  readonly folder: string;
}

export type OpenContestant = (surroundings: Surroundings) => Promise<Contestant>;

/** Sends a message of one instance. */
export type SendOne = (message: Pick<OutgoingMessage, 'chatId' | 'text'>) => Promise<number>;

/** The token of a bot: of the right shape, and known to nobody. */
export function tokenOf(instance: number): string {
  return `${100_000 + instance}:bench_${String(instance).padStart(6, '0')}`;
}

/** Hands each message to its instance. */
export function sendOver(senders: readonly SendOne[]): Contestant['send'] {
  return async ({ instance, chatId, text }) => {
    const send = senders[instance];
    if (!send) throw new RangeError(`There is no instance ${instance}: there are ${senders.length}.`);
    return send({ chatId, text });
  };
}

export function forEachInstance<T>({ instances }: Pick<Surroundings, 'instances'>, make: (instance: number) => T): T[] {
  return Array.from({ length: instances }, (_, instance) => make(instance));
}
