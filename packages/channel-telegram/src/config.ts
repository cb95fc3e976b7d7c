import * as z from 'zod/mini';

/** The kinds of update that carry a message. No other kind is asked for, and one that comes all the same is skipped. */
export const TelegramUpdateKind = z.enum(['message', 'edited_message', 'channel_post', 'edited_channel_post'], {
  error: 'message, edited_message, channel_post or edited_channel_post',
});
export type TelegramUpdateKind = z.infer<typeof TelegramUpdateKind>;

/** What an instance of the Telegram channel needs to get in. */
export const TelegramCredentials = z.strictObject({
  /** The bot's token as BotFather gives it: `<digits>:<secret>`. */
  token: z
    .string({ error: 'a bot token, a string' })
    // These characters and no others: the token becomes a part of a URL.
    .check(
      z.regex(/^\d+:[A-Za-z0-9_-]+$/, { error: 'a bot token of the shape <digits>:<secret>, as BotFather gives it' }),
    ),
});
export interface TelegramCredentials {
  readonly token: string;
}

const onlyDocumentedKeys = { error: 'an object with the documented keys and no others' };
const yesOrNo = z.boolean({ error: 'true or false' });
const updateKindsError = 'a list of one update kind or more';
const defaultUpdateKinds: readonly TelegramUpdateKind[] = ['message', 'channel_post'];

function wholeNumber(minimum: number, maximum: number) {
  const error = `a whole number from ${minimum} to ${maximum}`;
  return z.int({ error }).check(z.minimum(minimum, { error }), z.maximum(maximum, { error }));
}

const shared = {
  /**
   * The root of the Bot API, without a slash at its end. Plain `http:` shows the token to everybody on the way: only for a
   * Bot API server of your own, on this machine or in a closed network. Default `https://api.telegram.org`.
   */
  apiRoot: z._default(
    z.string({ error: 'a URL' }).check(
      z.refine(isApiRoot, { error: 'an http(s) URL without user, query or fragment' }),
      z.overwrite((root) => root.replace(/\/+$/, '')),
    ),
    'https://api.telegram.org',
  ),
  /** Which updates to ask for. At least one. Default `['message', 'channel_post']`: edits are left out. */
  allowedUpdates: z._default(
    z.array(TelegramUpdateKind, { error: updateKindsError }).check(z.minLength(1, { error: updateKindsError })),
    () => [...defaultUpdateKinds],
  ),
  /** How many updates one read hands over at most. 1 to 100, default 100. */
  pollLimit: z._default(wholeNumber(1, 100), 100),
  /**
   * How long one call may take: connecting, probing, sending. Milliseconds, 100 to 60,000, default 10,000. Holdfast's own
   * deadlines (`connectTimeoutMs`, `probeTimeoutMs`, `sendTimeoutMs`) end a call too; the shorter one wins.
   */
  requestTimeoutMs: z._default(wholeNumber(100, 60_000), 10_000),
};

const webhook = z.strictObject(
  {
    /** Where Telegram is to call: an `https:` URL that leads to `handleWebhook` (Telegram's own rules on ports apply). */
    url: z.string({ error: 'a URL' }).check(z.refine(isHttpUrl, { error: 'an http(s) URL' })),
    /**
     * What Telegram shows with each call, in `X-Telegram-Bot-Api-Secret-Token`. 1 to 256 of A-Z a-z 0-9 _ -. Default: made
     * from the bot's token by a one-way function, so that there is no second secret to keep.
     */
    secretToken: z.optional(
      z
        .string({ error: 'a string' })
        .check(z.regex(/^[A-Za-z0-9_-]{1,256}$/, { error: '1 to 256 characters out of A-Z a-z 0-9 _ -' })),
    ),
    /** How many calls Telegram may make at the same time. 1 to 100, default Telegram's own (40). */
    maxConnections: z.optional(wholeNumber(1, 100)),
    /** Throw away what had come in before the very first start (no cursor yet). Never at a reconnect. Default false. */
    dropPending: z._default(yesOrNo, false),
    /** Updates that wait or are being handled; one more is answered 503. 1 to 10,000, default 100. */
    queueCapacity: z._default(wholeNumber(1, 10_000), 100),
    /**
     * How long a call waits until its update is handled; past that it is answered 503 and Telegram comes again. The update
     * stays queued and is not handled twice. Milliseconds, 10 to 55,000 (Telegram hangs up after 60 s), default 25,000.
     */
    handlingDeadlineMs: z._default(wholeNumber(10, 55_000), 25_000),
  },
  onlyDocumentedKeys,
);

/** The settings of an instance that reads by long polling. */
export const LongPollConfig = z.prefault(
  z.strictObject(
    {
      ...shared,
      /**
       * What a long poll may take beyond the wait that Telegram was asked for. Milliseconds, 100 to 60,000, default 5,000.
       * Plays together with the Poller's `graceMs`; the shorter one wins.
       */
      pollGraceMs: z._default(wholeNumber(100, 60_000), 5_000),
      /** Delete a webhook that is set for this bot, instead of failing. What waits for it is kept. Default false. */
      replaceWebhook: z._default(yesOrNo, false),
    },
    onlyDocumentedKeys,
  ),
  {},
);
export type LongPollConfig = z.infer<typeof LongPollConfig>;

/** The settings of an instance that is called by webhook. */
export const WebhookConfig = z.strictObject({ ...shared, webhook }, onlyDocumentedKeys);
export type WebhookConfig = z.infer<typeof WebhookConfig>;

/**
 * The settings of an instance, as you write them. All are optional but `webhook`: an adapter made with `mode: 'webhook'`
 * asks for it and refuses `pollGraceMs` and `replaceWebhook`; any other adapter refuses it.
 */
export type TelegramConfig = NonNullable<z.input<typeof LongPollConfig>> & Partial<z.input<typeof WebhookConfig>>;

function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function isApiRoot(value: string): boolean {
  if (!isHttpUrl(value)) return false;
  const { username, password, search, hash } = new URL(value);
  return [username, password, search, hash].every((part) => part === '');
}
