import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError, type InboundMessage, type InstanceServer, type StopAccount } from 'holdfast';
import { messageName, type Report, type SubjectPlan } from './protocol.ts';

/** Handling takes its time, and not each message the same, so that a kill finds some done and earlier ones not. Milliseconds. */
const handlingMs = [2, 40, 5, 90, 10] as const;

interface SubjectOptions {
  readonly plan: SubjectPlan;
  readonly life: number;
  readonly report: (report: Report) => void;
}

/** One instance in one life: it sends to its conversations in turn, and says what becomes of each message. */
export class Subject {
  readonly plan: SubjectPlan;
  readonly #life: number;
  readonly #report: (report: Report) => void;
  readonly #numbers: number[];
  #server: InstanceServer | undefined;
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ plan, life, report }: SubjectOptions) {
    this.plan = plan;
    this.#life = life;
    this.#report = report;
    this.#numbers = plan.conversations.map(() => 0);
  }

  /** Messages that are accepted and not settled. */
  get depth(): number {
    return this.#server?.isRunning ? this.#server.healthSnapshot().senderQueueDepth : 0;
  }

  /** What it does with messages and with doubts, however it is started. */
  get behaviour() {
    const onMessage = (message: InboundMessage): Promise<void> => this.#handle(message);
    return { onMessage, sender: { unknownOutcome: this.plan.policy } };
  }

  begin(server: InstanceServer): void {
    this.#server = server;
    const { id, sendEveryMs } = this.plan;
    this.#report({ what: 'started', instance: id });
    server.waitFor('connected', { timeoutMs: 60_000 }).then(
      () => this.#report({ what: 'connected', instance: id }),
      (error: unknown) => this.#report({ what: 'problem', text: `${id} does not connect: ${String(error)}` }),
    );
    // The instances of one life do not all send at the same moment.
    this.#timer = setTimeout(() => {
      this.send();
      this.#timer = setInterval(() => this.send(), sendEveryMs);
    }, Math.random() * sendEveryMs);
  }

  send(): void {
    const { conversations, id, policy } = this.plan;
    const place = this.#turn % conversations.length;
    const conversation = conversations[place];
    if (!this.#server || conversation === undefined) return;
    this.#turn += 1;
    const number = (this.#numbers[place] ?? 0) + 1;
    this.#numbers[place] = number;
    const message = messageName({ instance: id, conversation: place, life: this.#life, number });
    // One without an id has no key but its own: it may go in the commit that accepts it. One that is held is known by its id.
    const identity = number % 2 === 0 || policy === 'hold' ? { id: message } : {};
    void this.#follow(message, this.#server.enqueue({ ...identity, conversation, text: message }));
  }

  finish(): void {
    clearTimeout(this.#timer);
  }

  resolve(jobId: string, resolution: 'sent' | 'retry'): void {
    this.#server?.resolveDelivery(jobId, resolution);
  }

  async #handle({ conversation, id, text }: InboundMessage): Promise<void> {
    await sleep(handlingMs[Number(text) % handlingMs.length]);
    this.#report({ what: 'handled', instance: this.plan.id, conversation, number: Number(text), id });
  }

  async #follow(message: string, enqueued: ReturnType<InstanceServer['enqueue']>): Promise<void> {
    try {
      const { settled } = await enqueued;
      this.#report({ what: 'accepted', message });
      settled.then(
        () => this.#report({ what: 'sent', message }),
        (error: unknown) => this.#report({ what: 'unsent', message, code: codeOf(error) }),
      );
    } catch (error) {
      const cause = error instanceof Error ? reasonOf(error.cause) : '';
      this.#report({ what: 'refused', message, code: codeOf(error), cause });
    }
  }
}

/** What is expected by its code; for anything else also what it says, since nobody will see it again. */
function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  return cause instanceof HoldfastError && code !== 'STORE_FULL' ? `${code}: ${cause.message}` : code;
}

function codeOf(error: unknown): string {
  return error instanceof HoldfastError ? error.code : String(error);
}

/** What is wrong with the account of an instance whose last message is settled. */
export function disagreementsOf(id: string, account: StopAccount): string[] {
  const { accepted, sent, failed, expired, withdrawn, unknown } = account;
  const handedBack = account.handedBack.length;
  if (accepted === sent + failed + expired + withdrawn + unknown + handedBack && handedBack === 0) return [];
  const told = { accepted, sent, failed, expired, withdrawn, unknown, handedBack };
  return [`${id} does not add up: ${JSON.stringify(told)}`];
}
