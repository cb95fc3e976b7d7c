import type { Failure, Link, PollResult } from 'holdfast';
import { ended, linkMutant, type Mutant, never } from './mutants.ts';

export const callMutants: readonly Mutant[] = [
  linkMutant('answers a probe without asking', 'a probe asks the peer, once', () => ({ probe: async () => undefined })),
  linkMutant(
    'does not heed the abort of a probe',
    'a probe that is aborted ends at once, with the reason of its signal',
    (good) => ({
      probe: () => good.probe({ signal: never }),
    }),
  ),
  linkMutant('tries again to send', 'a send that is refused asks once', (good) => ({
    send: (message, options) => good.send(message, options).catch(() => good.send(message, options)),
  })),
  linkMutant('sends twice', 'what is sent arrives, once', (good) => ({
    send: async (message, options) => {
      await good.send(message, options);
      return good.send(message, options);
    },
  })),
  linkMutant(
    'does not heed the abort of a send',
    'a send that is aborted ends at once, with the reason of its signal',
    (good) => ({
      send: (message) => good.send(message, { signal: never }),
    }),
  ),
  linkMutant('gives no receipt', 'a send resolves with a receipt', () => ({
    send: async () => JSON.parse('{}'),
  })),
  linkMutant('writes into the message', 'a message may be frozen, and is not changed', (good) => ({
    send: (message, options) => good.send(Object.assign(message, { sent: true }), options),
  })),
  linkMutant('trims texts', 'texts arrive as they were written', (good) => ({
    send: (message, options) => good.send({ ...message, text: message.text.replace(/\s+/g, ' ') }, options),
  })),
  linkMutant(
    'lets the peer refuse a message that can never be sent',
    'a message that can never be sent is refused before the peer is asked',
    (good) => ({
      send: async (message, options) => {
        if (message.text !== '') return good.send(message, options);
        await good.send({ ...message, text: 'is this one good?' }, options);
        throw ended;
      },
    }),
  ),
  linkMutant(
    'does not heed the abort of a poll',
    'a poll that is aborted ends at once, with the reason of its signal',
    (good) => ({
      poll: async (request) => {
        request.signal.throwIfAborted();
        return polled(good, { ...request, signal: never });
      },
    }),
  ),
  linkMutant(
    'commits what it has read',
    'what is not committed comes again over a new link, with the same ids',
    (good) => ({
      poll: async (request) => {
        const result = await polled(good, request);
        await good.commit?.(result.cursor);
        return result;
      },
    }),
  ),
  linkMutant('commits nothing', 'what is committed does not come again over a new link', (good) => ({
    commit: async () => undefined,
    poll: (request) => polled(good, { ...request, cursor: null }),
  })),
  linkMutant(
    'commits more than it is told',
    'a commit is of what is up to its cursor, and of nothing after it',
    (good) => ({
      commit: async (cursor) => good.commit?.(Number(cursor) + 1),
    }),
  ),
  linkMutant(
    'names its messages anew at each read',
    'what is not committed is read again from the same cursor, with the same ids',
    (good) => {
      let reads = 0;
      return {
        poll: async (request) => {
          const result = await polled(good, request);
          reads += 1;
          const items = result.items.map(({ message, cursor }) => ({
            message: { ...message, id: `${message.id}/${reads}` },
            cursor,
          }));
          return { ...result, items };
        },
      };
    },
  ),
  linkMutant('hands messages over the wrong way round', 'messages are read in the peer’s order, each once', (good) => ({
    poll: async (request) => {
      const { items, cursor } = await polled(good, request);
      return { items: items.toReversed(), cursor };
    },
  })),
  linkMutant('takes a commit once', 'a commit may be repeated', (good) => {
    const seen = new Set<unknown>();
    return {
      commit: async (cursor) => {
        if (seen.has(cursor)) throw ended;
        seen.add(cursor);
        await good.commit?.(cursor);
      },
    };
  }),
];

export const closeMutants: readonly Mutant[] = [
  linkMutant('settles closed at once', 'closed waits while the link lives', () => ({ closed: Promise.resolve(ended) })),
  linkMutant('never settles closed', 'close resolves, with nothing, and closed settles with a Failure', () => ({
    closed: new Promise<Failure>(() => {}),
  })),
  linkMutant(
    'has closed reject',
    'closed tells of a connection that breaks by itself, with a failure that may pass',
    (good) => {
      const closed = good.closed.then((failure) => Promise.reject<Failure>(failure));
      closed.catch(() => undefined);
      return { closed };
    },
  ),
  linkMutant('closes twice', 'close may be called twice, at once and later', (good) => {
    let isClosed = false;
    return {
      close: async (options) => {
        if (isClosed) throw new Error('closed already');
        isClosed = true;
        await good.close(options);
      },
    };
  }),
  linkMutant(
    'waits for the peer on closing',
    'close ends within its grace with a silent peer, and never rejects',
    (good) => ({
      close: async (options) => {
        await good.probe({ signal: never }).catch(() => undefined);
        await good.close(options);
      },
    }),
  ),
  linkMutant(
    'rejects close when the peer is gone',
    'close ends within its grace when the peer is gone, and never rejects',
    (good) => ({
      close: async (options) => {
        await good.probe({ signal: never });
        await good.close(options);
      },
    }),
  ),
  linkMutant('leaves the connection open', 'close leaves nothing open at the peer', () => ({
    close: async () => undefined,
    closed: Promise.resolve(ended),
  })),
  linkMutant(
    'resolves sends after close',
    'what is sent after close rejects, with a failure that may pass',
    (good) => ({
      send: (message, options) => good.send(message, options).catch(() => ({ externalMessageId: null })),
    }),
  ),
];

async function polled(link: Link, request: Parameters<NonNullable<Link['poll']>>[0]): Promise<PollResult> {
  if (link.poll === undefined) throw new Error('The channel under mutation reads.');
  return link.poll(request);
}
