import type { Contestant, OutgoingMessage } from '../contestants/Contestant.ts';

/** As many messages as fast as they are taken, of which so many are handed over and not yet answered at any time. */
export interface Burst {
  /** Marks this run's messages for the server. No colon in it. */
  readonly run: string;
  readonly instances: number;
  readonly chatsAnInstance: number;
  readonly messagesAnInstance: number;
  readonly outstandingAnInstance: number;
}

/** Messages at an even pace, far below what anybody can send. */
export interface Pace extends Omit<Burst, 'outstandingAnInstance'> {
  readonly perSecond: number;
}

export interface LoadResult {
  readonly messages: number;
  readonly elapsedMs: number;
  /** Processor time of the sending process. */
  readonly cpuMs: number;
  /** From handing over to the receipt, one a message, in the order of the receipts. Milliseconds. */
  readonly latenciesMs: readonly number[];
}

/** Rejects with the first send that failed: then there is nothing to compare. */
export function burst(contestant: Contestant, load: Burst): Promise<LoadResult> {
  const { instances, messagesAnInstance, outstandingAnInstance } = load;
  return measured(contestant, async (send) => {
    const sendAll = async (instance: number): Promise<void> => {
      let next = 0;
      const sendOn = async (): Promise<void> => {
        while (next < messagesAnInstance) {
          const index = next;
          next += 1;
          await send(messageOf(load, instance, index));
        }
      };
      await Promise.all(Array.from({ length: outstandingAnInstance }, sendOn));
    };
    await Promise.all(Array.from({ length: instances }, (_, instance) => sendAll(instance)));
  });
}

/** The instances take turns. Rejects as `burst` does. */
export function pace(contestant: Contestant, load: Pace): Promise<LoadResult> {
  const { instances, messagesAnInstance, perSecond } = load;
  const total = instances * messagesAnInstance;
  return measured(contestant, async (send) => {
    const startedAtMs = performance.now();
    const sends: Promise<void>[] = [];
    while (sends.length < total) {
      const due = Math.min(total, 1 + Math.floor(((performance.now() - startedAtMs) * perSecond) / 1_000));
      for (let number = sends.length; number < due; number += 1) {
        sends.push(send(messageOf(load, number % instances, Math.floor(number / instances))));
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(sends);
  });
}

type Send = (message: OutgoingMessage) => Promise<void>;

async function measured(contestant: Contestant, work: (send: Send) => Promise<void>): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const cpuBefore = process.cpuUsage();
  const startedAtMs = performance.now();
  await work(async (message) => {
    const sentAtMs = performance.now();
    await contestant.send(message);
    latenciesMs.push(performance.now() - sentAtMs);
  });
  const elapsedMs = performance.now() - startedAtMs;
  const { system, user } = process.cpuUsage(cpuBefore);
  return { messages: latenciesMs.length, elapsedMs, cpuMs: (system + user) / 1_000, latenciesMs };
}

function messageOf(load: Pace | Burst, instance: number, index: number): OutgoingMessage {
  const { run, chatsAnInstance, instances } = load;
  const number = index * instances + instance;
  // Unlike a test's "hello": about as long as what a bot says.
  const text = `${run}:${number} Your order is on its way and will be with you between 14:00 and 16:00 today.`;
  return { instance, chatId: 1_000 + instance * chatsAnInstance + (index % chatsAnInstance), text };
}
