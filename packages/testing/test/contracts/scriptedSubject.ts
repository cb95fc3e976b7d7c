import { type ChannelAdapter, type Failure, type InputSchema, type Link, systemClock } from 'holdfast';
import type { ChannelPeer, ChannelSubject, Refusal } from '../../src/contracts/index.ts';
import {
  outcome,
  type ScriptedChannel,
  type ScriptedChannelOptions,
  scriptedChannel,
  weather,
} from '../../src/index.ts';

export const secret = 'canary-of-the-script-7731';

const badCredentials: Failure = { severity: 'fatal', scope: 'auth', code: 'room.401', message: 'not let in' };
const badConfig: Failure = { severity: 'fatal', scope: 'config', code: 'room.config', message: 'not usable' };
const badMessage: Failure = {
  severity: 'degraded',
  scope: 'message',
  code: 'room.empty',
  message: 'a message needs a text',
  delivered: 'no',
};

/** A scripted channel in real time, the peer behind it, and before it what looks at credentials, config and messages. */
export function scriptedSubject(options: Omit<ScriptedChannelOptions, 'clock'> = {}): ChannelSubject {
  const channel = scriptedChannel({
    clock: systemClock,
    credentialsSchema: objectWith('token'),
    configSchema: objectWith('room'),
    ...options,
    capabilities: { maxInFlight: 4, sendRate: { count: 30, perMs: 1_000 }, ...options.capabilities },
  });
  return {
    adapter: guarded(channel),
    credentials: { token: secret },
    config: { room: 'lobby' },
    badCredentials: { token: 'somebody-else' },
    malformedCredentials: [undefined, 'token', { token: '' }, { token: 7 }],
    malformedConfigs: [null, { room: [] }],
    secrets: [secret],
    conversation: 'room',
    malformedMessages: [{ text: '' }],
    peer: scriptedPeer(channel),
  };
}

function guarded(channel: ScriptedChannel): ChannelAdapter {
  const { kind, capabilities, credentialsSchema, configSchema } = channel;
  return {
    kind,
    capabilities,
    credentialsSchema,
    configSchema,
    classifyFailure: (error, during) => channel.classifyFailure(error, during),
    reconnectNotBefore: () => undefined,
    connect: async (attempt) => {
      attempt.signal.throwIfAborted();
      if (credentialsSchema?.safeParse(attempt.credentials).success !== true) throw badCredentials;
      if (configSchema?.safeParse(attempt.config).success !== true) throw badConfig;
      if (Reflect.get(Object(attempt.credentials), 'token') !== secret) throw badCredentials;
      return withGuardedSend(await channel.connect(attempt));
    },
  };
}

function withGuardedSend(link: Link): Link {
  return {
    ...link,
    send: async (message, options) => {
      options.signal.throwIfAborted();
      if (message.text === '') throw badMessage;
      return link.send(message, options);
    },
  };
}

function objectWith(key: string): InputSchema<unknown> {
  return {
    safeParse: (value) => {
      const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
      if (typeof found === 'string' && found !== '') return { success: true, data: value };
      return { success: false, error: { issues: [{ path: [key], message: 'a string that is not empty' }] } };
    },
  };
}

function scriptedPeer(channel: ScriptedChannel): ChannelPeer {
  let delivered = 0;
  return {
    deliver: (text) => {
      delivered += 1;
      channel.deliver({ id: `in-${delivered}`, conversation: 'room', text });
    },
    deliverUnreadable: () => void channel.deliverUnreadable(),
    received: () => channel.sends.filter(({ state }) => state === 'fulfilled').map(({ message }) => message.text),
    requests: (operation) => channel[`${operation}s`].filter((call) => call.outcome !== null).length,
    openConnections: () => channel.openLinks,
    freeze: () => channel.setWeather(weather.halfOpen()),
    thaw: () => channel.setWeather(weather.clear()),
    cutOff: () => channel.setWeather(weather.down()),
    drop: () => channel.links.at(-1)?.drop(),
    refuse: (operation, refusal) => channel.append({ [operation]: [outcomeOf(refusal)] }),
  };
}

function outcomeOf({ kind, retryAfterMs }: Refusal) {
  switch (kind) {
    case 'unauthorized':
      return outcome.unauthorized();
    case 'conflict':
      return outcome.conflict();
    case 'rateLimited':
      return outcome.rateLimited({ retryAfterMs });
    case 'unavailable':
      return outcome.unavailable();
    case 'message':
      return outcome.messageRefused();
  }
}
