import PQueue from 'p-queue';
import { forEachInstance, type OpenContestant, type SendOne, sendOver, tokenOf } from './Contestant.ts';
import type { PostMessage } from './httpClients.ts';

/** A queue for each instance. It keeps no order within a chat, and tries nothing again. */
export function pQueueWith(post: PostMessage): OpenContestant {
  return async (surroundings) => {
    const { apiRoot, maxInFlight } = surroundings;
    const senders = forEachInstance(surroundings, (instance): SendOne => {
      const queue = new PQueue({ concurrency: maxInFlight });
      const url = `${apiRoot}/bot${tokenOf(instance)}/sendMessage`;
      return (message) => queue.add(() => post(url, message));
    });
    return { send: sendOver(senders), close: async () => undefined };
  };
}
