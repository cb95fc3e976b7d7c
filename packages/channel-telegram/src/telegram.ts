import type { ChannelAdapter, ChannelCapabilities, ConnectAttempt, InputSchema, JsonObject, Link } from 'holdfast';
import * as z from 'zod/mini';
import { LongPollConfig, type TelegramConfig, TelegramCredentials, WebhookConfig } from './config.ts';
import { TelegramConfigError, TelegramCredentialsError } from './errors.ts';
import { classifyTelegramFailure } from './failures.ts';
import { LongPollLink } from './LongPollLink.ts';
import { type Call, TelegramClient } from './TelegramClient.ts';
import type { LinkParts } from './TelegramLink.ts';
import { readWebhookUrl, WebhookLink } from './WebhookLink.ts';
import { defaultSecretToken } from './webhookRequest.ts';

export interface TelegramOptions {
  /**
   * How messages come in, for all instances of this adapter: `long-poll` asks Telegram (nothing to set up), `webhook` is
   * called by it (needs a public https URL, see `handleWebhook`). Default `long-poll`.
   */
  readonly mode?: 'long-poll' | 'webhook' | undefined;
}

export type TelegramAdapter = ChannelAdapter<TelegramCredentials, TelegramConfig, 'telegram'>;

const capabilities = {
  inbound: 'long-poll',
  resume: true,
  ack: true,
  sendAck: true,
  exclusive: true,
  // Enough for the send rate at a round trip of a third of a second.
  maxInFlight: 10,
  /** Telegram's limit over all chats; it allows one message a second in one chat, and 20 a minute in a group. */
  sendRate: { count: 30, perMs: 1_000 },
} as const satisfies ChannelCapabilities;

/** For the sends, for reading, for a probe, and one to spare. */
const maxConnections = capabilities.maxInFlight + 3;

/**
 * The Telegram channel, on the Bot API: hand it to `createMessaging({ channels: [telegram()] })`. It never retries by
 * itself, and lets the bot's token into no error, failure or identity.
 */
export function telegram({ mode = 'long-poll' }: TelegramOptions = {}): TelegramAdapter {
  const shared = {
    kind: 'telegram',
    credentialsSchema: TelegramCredentials,
    classifyFailure: classifyTelegramFailure,
  } as const;
  if (mode === 'webhook') {
    return {
      ...shared,
      capabilities: { ...capabilities, inbound: 'webhook' },
      configSchema: WebhookConfig,
      connect: connectWebhook,
    };
  }
  return { ...shared, capabilities, configSchema: LongPollConfig, connect: connectLongPoll };
}

type Attempt = ConnectAttempt<TelegramCredentials, TelegramConfig>;

async function connectLongPoll({ credentials, config: given, signal }: Attempt): Promise<Link> {
  const config = checkConfig(LongPollConfig, given);
  const { token } = checkCredentials(credentials);
  return opened(new TelegramClient({ token, apiRoot: config.apiRoot, maxConnections }), async (client) => {
    const session = { client, signals: [signal], timeoutMs: config.requestTimeoutMs };
    const identity = await whoAmI(session);
    await ensureNoWebhook(session, config.replaceWebhook);
    return new LongPollLink(partsOf(session, identity), config);
  });
}

async function connectWebhook({ credentials, config: given, cursor, signal }: Attempt): Promise<Link> {
  const config = checkConfig(WebhookConfig, given);
  const { token } = checkCredentials(credentials);
  const { webhook } = config;
  const secretToken = webhook.secretToken ?? defaultSecretToken(token);
  const { apiRoot } = config;
  return opened(new TelegramClient({ token, apiRoot, maxConnections, secrets: [secretToken] }), async (client) => {
    const session = { client, signals: [signal], timeoutMs: config.requestTimeoutMs };
    const identity = await whoAmI(session);
    await ask(session, {
      method: 'setWebhook',
      payload: {
        url: webhook.url,
        secret_token: secretToken,
        allowed_updates: config.allowedUpdates,
        drop_pending_updates: webhook.dropPending && cursor === null,
        ...(webhook.maxConnections && { max_connections: webhook.maxConnections }),
      },
      read: () => true,
    });
    return new WebhookLink(partsOf(session, identity), config, secretToken);
  });
}

/** The calls of one attempt to connect. */
interface Session {
  readonly client: TelegramClient;
  readonly signals: readonly AbortSignal[];
  readonly timeoutMs: number;
}

/** An attempt that fails leaves no socket behind. */
async function opened(client: TelegramClient, open: (client: TelegramClient) => Promise<Link>): Promise<Link> {
  try {
    return await open(client);
  } catch (error) {
    client.destroy();
    throw error;
  }
}

function ask<T>({ client, ...limits }: Session, call: Pick<Call<T>, 'method' | 'payload' | 'read'>): Promise<T> {
  return client.call({ ...limits, ...call });
}

function partsOf({ client, timeoutMs }: Session, identity: JsonObject): LinkParts {
  return { client, identity, requestTimeoutMs: timeoutMs };
}

const Bot = z.object({ id: z.int(), first_name: z.string(), username: z.optional(z.string()) });

/** Proves in one call that Telegram can be reached and that the token is good. */
async function whoAmI(session: Session): Promise<JsonObject> {
  const { id, first_name, username } = await ask(session, {
    method: 'getMe',
    read: (result) => Bot.safeParse(result).data,
  });
  const name = session.client.redact(first_name);
  return { id, name, ...(username === undefined ? {} : { username: session.client.redact(username) }) };
}

/** Telegram lets nobody read while a webhook is set. It may be another program's: it is not ours to delete unasked. */
async function ensureNoWebhook(session: Session, mayReplace: boolean): Promise<void> {
  const url = await ask(session, {
    method: 'getWebhookInfo',
    read: readWebhookUrl,
  });
  if (url === '') return;
  if (!mayReplace) {
    throw new TelegramConfigError(
      'webhook_set',
      'A webhook is set for this bot, and Telegram allows no long polling beside it. Delete it, set ' +
        "config.replaceWebhook: true, or use telegram({ mode: 'webhook' }).",
    );
  }
  await ask(session, { method: 'deleteWebhook', read: () => true });
}

function checkCredentials(credentials: unknown): TelegramCredentials {
  const parsed = TelegramCredentials.safeParse(credentials);
  if (!parsed.success) throw new TelegramCredentialsError();
  return parsed.data;
}

/** Also fills in the defaults, whether or not the caller did. */
function checkConfig<T>(schema: InputSchema<T>, config: unknown): T {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `config${path.map((key) => `.${String(key)}`).join('')}: ${message}`,
  );
  throw new TelegramConfigError('bad_config', `The config of this instance is not usable: ${problems.join('; ')}.`);
}
