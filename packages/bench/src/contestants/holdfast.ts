import { join } from 'node:path';
import { sqliteStore } from '@holdfast/store/sqlite';
import { telegram } from '@holdfast/telegram';
import { createMessaging, type InstanceServer, type Store } from 'holdfast';
import { type Contestant, forEachInstance, type SendOne, type Surroundings, sendOver, tokenOf } from './Contestant.ts';

/** Holdfast as an app has it, except that the rate at which Telegram takes messages does not hold it back. */
export function openHoldfast(surroundings: Surroundings): Promise<Contestant> {
  return open(surroundings);
}

export async function openHoldfastSqlite(surroundings: Surroundings): Promise<Contestant> {
  return open(surroundings, await sqliteStore({ path: join(surroundings.folder, 'holdfast.db') }));
}

async function open(surroundings: Surroundings, store?: Store): Promise<Contestant> {
  const { apiRoot, maxInFlight } = surroundings;
  const adapter = telegram();
  const capabilities = { ...adapter.capabilities, maxInFlight, sendRate: undefined };
  const messaging = createMessaging({ name: 'bench', channels: [{ ...adapter, capabilities }], store });
  const start = (instance: number): Promise<InstanceServer> =>
    messaging.startInstance('telegram', {
      id: `bot-${instance}`,
      name: `Bot ${instance}`,
      credentials: { token: tokenOf(instance) },
      config: { apiRoot },
    });
  const bots = await Promise.all(forEachInstance(surroundings, start));
  await Promise.all(bots.map((bot) => bot.waitFor('connected')));
  return {
    send: sendOver(bots.map(sendBy)),
    async close() {
      await messaging.stop({ deadlineMs: 2_000 });
      await store?.close();
    },
  };
}

function sendBy(bot: InstanceServer): SendOne {
  return async ({ chatId, text }) => {
    const delivery = await bot.enqueue({ conversation: String(chatId), text });
    return Number((await delivery.settled).externalMessageId);
  };
}
