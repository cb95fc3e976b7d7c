import type { ChannelAdapter, Failure, Link } from 'holdfast';
import { secret } from './scriptedSubject.ts';

/** One defect, put into a channel that has none. */
export interface Mutant {
  readonly defect: string;
  /** The fact that is there to find it. */
  readonly caughtBy: string;
  mutate(good: ChannelAdapter): ChannelAdapter;
}

export const never = new AbortController().signal;
export const ended: Failure = { severity: 'recoverable', scope: 'link', code: 'mutant.ended', message: 'ended' };

function mutant(defect: string, caughtBy: string, mutate: Mutant['mutate']): Mutant {
  return { defect, caughtBy, mutate };
}

/** The adapter, but for what its links do. */
export function linkMutant(defect: string, caughtBy: string, change: (good: Link) => Partial<Link>): Mutant {
  return mutant(defect, caughtBy, (good) => ({
    ...good,
    connect: async (attempt) => {
      const link = await good.connect(attempt);
      return { ...link, ...change(link) };
    },
  }));
}

function classifyMutant(
  defect: string,
  caughtBy: string,
  change: (failure: Failure, error: unknown) => Failure,
): Mutant {
  return mutant(defect, caughtBy, (good) => ({
    ...good,
    classifyFailure: (error, during) => change(good.classifyFailure(error, during), error),
  }));
}

export const shapeMutants: readonly Mutant[] = [
  mutant('allows no send at all', 'at least one send may be under way', (good) => ({
    ...good,
    capabilities: { ...good.capabilities, maxInFlight: 0 },
  })),
  mutant('has a rate of no time', 'its send rate is some messages in some time', (good) => ({
    ...good,
    capabilities: { ...good.capabilities, sendRate: { count: 1, perMs: 0 } },
  })),
  mutant(
    'promises commits and has none',
    'a link has the calls that the capabilities promise, and no others',
    (good) => ({
      ...good,
      connect: async (attempt) => {
        const { commit: _, ...link } = await good.connect(attempt);
        return link;
      },
    }),
  ),
  mutant(
    'says "not now" for ever',
    '"not now" is a time or nothing, also for an instance that it does not know',
    (good) => ({
      ...good,
      reconnectNotBefore: () => Number.NaN,
    }),
  ),
  mutant('has a schema that throws', 'the schema of credentials throws for nothing that it is given', (good) => ({
    ...good,
    credentialsSchema: {
      safeParse: (value) => {
        if (value === null) throw new TypeError('null');
        return good.credentialsSchema?.safeParse(value) ?? { success: true, data: value };
      },
    },
  })),
  mutant('repeats in a refusal what it refuses', 'no refusal by the schema of config repeats a secret', (good) => ({
    ...good,
    configSchema: {
      safeParse: (value) => {
        const message = `not ${JSON.stringify(value)}`;
        return { success: false, error: { issues: [{ path: [], message }] } };
      },
    },
  })),
];

export const connectMutants: readonly Mutant[] = [
  mutant(
    'does not heed the abort of connect',
    'an attempt that is aborted ends at once, with the reason of its signal',
    (good) => ({
      ...good,
      connect: (attempt) => {
        attempt.signal.throwIfAborted();
        return good.connect({ ...attempt, signal: never });
      },
    }),
  ),
  mutant(
    'rejects an abort with an error of its own',
    'an attempt that was aborted before its start rejects with the reason of its signal',
    (good) => ({
      ...good,
      connect: async (attempt) => {
        if (attempt.signal.aborted) throw new Error('aborted');
        return good.connect(attempt);
      },
    }),
  ),
  mutant('leaves a link open that came too late', 'an attempt that is aborted leaves nothing open', (good) => {
    const left: Link[] = [];
    return {
      ...good,
      connect: async (attempt) => {
        left.push(await good.connect({ ...attempt, signal: never }));
        return good.connect(attempt);
      },
    };
  }),
  mutant(
    'tries again to connect',
    'an attempt that is refused asks once: trying again is not the adapter’s business',
    (good) => ({
      ...good,
      connect: (attempt) => good.connect(attempt).catch(() => good.connect(attempt)),
    }),
  ),
  mutant(
    'has malformed config looked at by the peer',
    'malformed config are refused by connect itself, as fatal, before the peer is asked',
    (good) => ({
      ...good,
      connect: (attempt) => good.connect({ ...attempt, config: { room: 'any' } }),
    }),
  ),
  mutant(
    'writes into the config',
    'connect takes credentials and config that are frozen, and changes nothing of them',
    (good) => ({
      ...good,
      connect: async (attempt) => {
        Object.assign(Object(attempt.config), { resolved: true });
        return good.connect(attempt);
      },
    }),
  ),
];

export const linksMutants: readonly Mutant[] = [
  mutant('shares one link', 'closing one link leaves the other alone', (good) => {
    let only: Promise<Link> | undefined;
    return {
      ...good,
      connect: (attempt) => {
        only ??= good.connect(attempt);
        return only;
      },
    };
  }),
];

export const classifyMutants: readonly Mutant[] = [
  classifyMutant('throws for undefined', 'any value has a classification, in every operation', (failure, error) => {
    if (error === undefined) throw new TypeError('Cannot read properties of undefined');
    return failure;
  }),
  classifyMutant(
    'reads what throws',
    'what throws when it is read has a classification, in every operation',
    (failure, error) => ({
      ...failure,
      message: error instanceof Error ? error.message : failure.message,
    }),
  ),
  mutant('counts what it classifies', 'any Error has the same classification when it is asked for again', (good) => {
    let count = 0;
    return {
      ...good,
      classifyFailure: (error, during) => {
        count += 1;
        return { ...good.classifyFailure(error, during), message: `failure ${count}` };
      },
    };
  }),
  classifyMutant('marks what it has seen', 'classifying changes nothing of what it is given', (failure, error) => {
    if (typeof error === 'object' && error !== null && Object.isExtensible(error)) Object.assign(error, { seen: true });
    return failure;
  }),
  classifyMutant(
    'is fatal about the unknown',
    'what nobody has ever seen is a failure that may pass',
    (failure, error) => (error === 42 ? { ...failure, severity: 'fatal' } : failure),
  ),
  classifyMutant(
    'makes a failure of no known severity',
    'any value has a classification, in every operation',
    (failure) => ({
      ...failure,
      severity: JSON.parse('"bad"'),
    }),
  ),
  classifyMutant(
    'says that what it does not know was not delivered',
    'a send of which nothing is known is not said not to have been delivered',
    (failure) => ({
      ...failure,
      delivered: 'no',
    }),
  ),
  classifyMutant('puts words into the code', 'codes are one word, for machines to compare', (failure) => ({
    ...failure,
    code: 'something went wrong',
  })),
];

export const secretMutants: readonly Mutant[] = [
  linkMutant('shows the token in the identity', 'no secret is in the link and its identity', (good) => ({
    identity: { ...good.identity, as: `bot ${secret}` },
  })),
  linkMutant(
    'leaks the token in a cause of a cause',
    'no secret is in what calls to a peer that is gone reject with',
    (good) => ({
      probe: (options) =>
        good.probe(options).catch((error: unknown) => {
          const url = new Error(`GET /bot${secret}/getMe`, { cause: error });
          throw new Error('failed', { cause: new Error('no answer', { cause: url }) });
        }),
    }),
  ),
  linkMutant('leaks the token in base64', 'no secret is in a receipt', () => ({
    send: async () => ({ externalMessageId: btoa(secret) }),
  })),
  mutant(
    'leaks the token in a property that is not enumerable',
    'no secret is in a connect that is refused as unauthorized, though the peer repeats it',
    (good) => ({
      ...good,
      connect: (attempt) =>
        good.connect(attempt).catch(() => {
          throw Object.defineProperty(new Error('failed'), 'request', {
            value: { headers: new Map([['auth', secret]]) },
          });
        }),
    }),
  ),
  linkMutant('tells the token on closing', 'no secret is in what a close tells', (good) => ({
    closed: good.closed.then((failure) => ({ ...failure, message: `goodbye ${secret}` })),
  })),
];
