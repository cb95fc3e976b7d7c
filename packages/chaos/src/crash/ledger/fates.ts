import type { StoreContent } from '../disk/storeCopy.ts';
import type { Policy } from '../subject/protocol.ts';
import type { Ledger, Remains } from './Ledger.ts';

/** What has happened to a message while its process was dead, over all the times that it was. */
export interface Past {
  /** How often it was found in doubt: written down as on its way, and no word of how that ended. */
  readonly timesInDoubt: number;
  /** How often the cut of the log took back something that was known about it. */
  readonly timesTakenBack: number;
  /** The cut of the log took it back altogether, and it has not been there since. */
  readonly isCutOff: boolean;
  /** The last life whose end it was seen at in the store; 0 for none. */
  readonly lastStored: number;
}

const unheardOf: Past = { timesInDoubt: 0, timesTakenBack: 0, isCutOff: false, lastStored: 0 };

/** By the names of the messages. */
export class Pasts {
  readonly #pasts = new Map<string, Past>();

  constructor(remains: readonly Remains[]) {
    for (const one of remains) this.#add(one);
  }

  of(message: string): Past {
    return this.#pasts.get(message) ?? unheardOf;
  }

  get inDoubt(): string[] {
    return [...this.#pasts].filter(([, { timesInDoubt }]) => timesInDoubt > 0).map(([message]) => message);
  }

  #add({ life, found, before }: Remains): void {
    for (const [message, state] of found.outbox) {
      const past = this.of(message);
      const isInDoubt = state === 'attempting';
      const isTakenBack = before !== undefined && before.outbox.get(message) !== state;
      this.#pasts.set(message, {
        timesInDoubt: past.timesInDoubt + (isInDoubt ? 1 : 0),
        timesTakenBack: past.timesTakenBack + (isTakenBack ? 1 : 0),
        isCutOff: false,
        lastStored: life,
      });
    }
    for (const message of before ? namesIn(before) : []) {
      if (namesIn(found).has(message)) continue;
      const past = this.of(message);
      this.#pasts.set(message, { ...past, timesTakenBack: past.timesTakenBack + 1, isCutOff: true });
    }
  }
}

function namesIn({ letters, outbox }: StoreContent): ReadonlySet<string> {
  return new Set([...outbox.keys(), ...letters.keys()]);
}

/** How often a message may arrive: once, and once more each time that it may have arrived without anybody knowing. */
export function mayArrive({ timesInDoubt, timesTakenBack }: Past, policy: Policy): number {
  return 1 + (policy === 'retry' ? timesInDoubt : 0) + timesTakenBack;
}

/** Where an accepted message is in the end. */
export type Fate = 'arrived' | 'stored' | 'given up' | 'cut off' | 'lost';

export interface Evidence {
  readonly ledger: Ledger;
  readonly pasts: Pasts;
  readonly arrived: ReadonlySet<string>;
  /** What is in the store at the very end. */
  readonly left: StoreContent;
}

export function fateOf(message: string, { arrived, left, pasts }: Omit<Evidence, 'ledger'>): Fate {
  if (arrived.has(message)) return 'arrived';
  if (left.outbox.has(message)) return 'stored';
  if (left.letters.has(message)) return 'given up';
  return pasts.of(message).isCutOff ? 'cut off' : 'lost';
}
