import type { Figure } from '../figures/Figures.ts';
import { openFleet } from '../fleet/populations.ts';

export interface SendingTurns {
  readonly instances: number;
  readonly messages: number;
  readonly rounds: number;
  readonly warmUpRounds: number;
}

/** How many messages are handed over and not yet answered at any time, over all instances. */
const outstanding = 500;
const conversations = 40;

/** Processor time of a message from `enqueue` to its receipt, with a peer in this process that takes it at once. */
export async function measureSending({ instances, messages, rounds, warmUpRounds }: SendingTurns): Promise<Figure> {
  const { messaging, servers } = await openFleet('awake', instances);
  const times: number[] = [];
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    const before = process.cpuUsage();
    let next = 0;
    const sendOn = async (): Promise<void> => {
      while (next < messages) {
        const number = next;
        next += 1;
        const server = servers[number % instances];
        const conversation = String(number % conversations);
        const delivery = await server?.enqueue({ conversation, text: 'Your order is on its way.' });
        await delivery?.settled;
      }
    };
    await Promise.all(Array.from({ length: outstanding }, sendOn));
    const { system, user } = process.cpuUsage(before);
    if (round >= 0) times.push(((system + user) * 1_000) / messages);
  }
  await messaging.stop();
  return { section: 'memory', what: 'send', who: 'server', instances, unit: 'ns', rounds: times };
}
