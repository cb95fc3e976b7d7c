import type { Json, PollRequest, PollResult, WebhookRequest, WebhookResponse } from 'holdfast';
import type { WebhookConfig } from './config.ts';
import { TelegramConflictError } from './errors.ts';
import { type LinkParts, TelegramLink } from './TelegramLink.ts';
import { readUpdate } from './updates.ts';
import { type QueueOutcome, WebhookQueue } from './WebhookQueue.ts';
import { readWebhookRequest } from './webhookRequest.ts';

const ok: WebhookResponse = { status: 200 };
/** Telegram brings the update again after any answer but a 2xx. */
const comeAgain: WebhookResponse = { status: 503, headers: { 'retry-after': '1' } };

/**
 * Is called by Telegram. `poll` hands over what the calls have brought, and a call is answered when its update has been
 * committed: so Telegram keeps each update until it is handled, as it does with long polling.
 */
export class WebhookLink extends TelegramLink {
  readonly #config: WebhookConfig;
  readonly #secretToken: string;
  readonly #queue: WebhookQueue;

  constructor(parts: LinkParts, config: WebhookConfig, secretToken: string) {
    super(parts);
    this.#config = config;
    this.#secretToken = secretToken;
    this.#queue = new WebhookQueue(config.webhook.queueCapacity);
  }

  async poll(request: PollRequest): Promise<PollResult> {
    const { cursor, waitMs } = request;
    const given = request.cancellation ?? request.signal;
    await this.#queue.whenFilled({ waitMs, signals: [given, this.closing.signal] });
    const items = this.#queue.peek(this.#config.pollLimit);
    return { items, cursor: items.at(-1)?.cursor ?? cursor };
  }

  async commit(cursor: Json): Promise<void> {
    if (typeof cursor === 'number') this.#queue.commit(cursor);
  }

  async handleWebhook(request: WebhookRequest): Promise<WebhookResponse> {
    const read = readWebhookRequest(request, this.#secretToken);
    if ('refusal' in read) return read.refusal;
    const { update } = read;
    const message = readUpdate(update, this.#config.allowedUpdates);
    if (message === undefined) return ok;
    if (this.closing.signal.aborted) return comeAgain;
    const outcome = this.#queue.offer(update.update_id, message);
    if (outcome === 'full') return comeAgain;
    return (await this.#untilDeadline(outcome)) === 'handled' ? ok : comeAgain;
  }

  /** Also asks whether the webhook is still ours: nothing would come in, and nothing would say so. */
  async probe({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const url = await this.client.call({
      method: 'getWebhookInfo',
      timeoutMs: this.requestTimeoutMs,
      signals: [signal, this.closing.signal],
      read: readWebhookUrl,
    });
    if (!isSameUrl(url, this.#config.webhook.url)) throw new TelegramConflictError();
  }

  /** The webhook stays set: Telegram keeps what comes in meanwhile, and the next process goes on. */
  protected override async sayGoodbye(): Promise<void> {
    this.#queue.close();
  }

  #untilDeadline(outcome: Promise<QueueOutcome>): Promise<QueueOutcome | 'late'> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve('late'), this.#config.webhook.handlingDeadlineMs);
      void outcome.then((settled) => {
        clearTimeout(timer);
        resolve(settled);
      });
    });
  }
}

/** What `getWebhookInfo` says about where the webhook leads; empty when there is none. */
export function readWebhookUrl(info: unknown): string | undefined {
  const url = typeof info === 'object' && info !== null && 'url' in info ? info.url : undefined;
  return typeof url === 'string' ? url : undefined;
}

function isSameUrl(found: string, expected: string): boolean {
  return URL.canParse(found) && new URL(found).href === new URL(expected).href;
}
