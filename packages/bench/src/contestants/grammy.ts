import { autoRetry } from '@grammyjs/auto-retry';
import { apiThrottler } from '@grammyjs/transformer-throttler';
import { Api } from 'grammy';
import { type Contestant, forEachInstance, type Surroundings, sendOver, tokenOf } from './Contestant.ts';

/**
 * grammY with the plugins that make it keep to limits and try again. Of the throttler's limits those on the number of sends at
 * once stay, set to what the others have: one in a chat, which keeps its order, and `maxInFlight` in all.
 */
export async function openGrammy(surroundings: Surroundings): Promise<Contestant> {
  const { apiRoot, maxInFlight } = surroundings;
  const inOrder = { maxConcurrent: 1 };
  const apis = forEachInstance(surroundings, (instance) => {
    const api = new Api(tokenOf(instance), { apiRoot });
    api.config.use(apiThrottler({ global: { maxConcurrent: maxInFlight }, group: inOrder, out: inOrder }));
    api.config.use(autoRetry({ maxRetryAttempts: 5, maxDelaySeconds: 600 }));
    return api;
  });
  return {
    send: sendOver(
      apis.map(
        (api) =>
          async ({ chatId, text }) =>
            (await api.sendMessage(chatId, text)).message_id,
      ),
    ),
    close: async () => undefined,
  };
}
