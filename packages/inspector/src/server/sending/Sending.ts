import { clipName } from '../../redaction/Redaction.ts';
import type { Sendable } from '../../Sendable.ts';
import { readWish } from './readWish.ts';
import type { SendAudit, SendingOptions } from './sendingOptions.ts';

/** Who asks. */
export type Asker = Pick<SendAudit, 'page' | 'address'>;

export interface SendAnswer {
  readonly status: number;
  readonly words: string;
}

const isOff = 'Nothing may be sent here: whoever starts the inspector says what may, with `sending`.';
const notThere = 'There is no such actor in this program, or it is over. Actors of other programs cannot be sent to.';
const nobody = { actor: null, id: null, type: null, fields: {}, hidden: 0 } as const;

/**
 * Sends events for pages, where that is allowed.
 *
 * S1. Only types that are listed, as JSON objects within bounds, to actors of this program that are alive.
 * S2. Nothing is sent that is not in the account, and nothing of its fields is in the account but what is allowed.
 */
export class Sending {
  readonly #options: SendingOptions | undefined;
  readonly #find: (actor: string) => Sendable | undefined;

  constructor(options: SendingOptions | undefined, find: (actor: string) => Sendable | undefined) {
    this.#options = options;
    this.#find = find;
  }

  /** What may be sent; nothing by default. */
  get types(): readonly string[] {
    return this.#options?.types ?? [];
  }

  /** `json`: what the page wants; undefined when it was too long. */
  send(json: string | undefined, asker: Asker, longest: number): SendAnswer {
    if (this.#options === undefined) return { status: 403, words: isOff };
    if (json === undefined)
      return this.#refuse(asker, nobody, { status: 413, words: `Expected an event of at most ${longest} bytes.` });
    const wish = readWish(json);
    if (typeof wish === 'string') return this.#refuse(asker, nobody, { status: 422, words: wish });
    const { event } = wish;
    const actor = clipName(wish.actor);
    const type = clipName(event.type);
    if (!this.types.includes(event.type)) {
      const words = `${JSON.stringify(type)} may not be sent. Allowed: ${this.types.join(', ')}.`;
      return this.#refuse(asker, { ...nobody, actor, type }, { status: 403, words });
    }
    const found = this.#find(wish.actor);
    if (found === undefined) return this.#refuse(asker, { ...nobody, actor, type }, { status: 404, words: notThere });
    const { fields = {}, hidden } = found.summaryOf(event);
    if (!this.#write({ ...asker, actor, id: found.id, type, fields, hidden, refused: null }))
      return { status: 500, words: 'It was not sent: the account of it could not be kept.' }; // S2
    found.send(event);
    return { status: 200, words: `${type} was sent.` };
  }

  #refuse(
    asker: Asker,
    what: Omit<SendAudit, 'atMs' | 'page' | 'address' | 'refused'>,
    answer: SendAnswer,
  ): SendAnswer {
    this.#write({ ...asker, ...what, refused: answer.words });
    return answer;
  }

  #write(line: Omit<SendAudit, 'atMs'>): boolean {
    try {
      this.#options?.audit({ atMs: Date.now(), ...line });
      return true;
    } catch {
      return false;
    }
  }
}
