import type { InboundItem, Json, PollRequest, PollResult } from 'holdfast';
import * as z from 'zod/mini';
import type { LongPollConfig, TelegramUpdateKind } from './config.ts';
import { TelegramCallError } from './errors.ts';
import { type LinkParts, TelegramLink } from './TelegramLink.ts';
import { RawUpdate, readUpdate } from './updates.ts';

/** Telegram waits no longer than this. */
const maxWaitSeconds = 50;

const Batch = z.array(RawUpdate);

/**
 * Reads with `getUpdates`. The cursor is Telegram's offset: the number of the first update that is not handled yet.
 *
 * P1. Asking with an offset makes Telegram forget everything below it, so only a committed cursor is ever asked with.
 * P2. The last commit is told to Telegram on closing, or the next process would get handled updates again. Not over a link
 *     that has just failed: with a revoked token, or against another reader, no call may be made that is not needed.
 */
export class LongPollLink extends TelegramLink {
  readonly #config: LongPollConfig;
  /** The last committed offset; null before the first commit. */
  #committed: number | null = null;
  /** The offset up to which Telegram is known to have forgotten. */
  #acknowledged: number | null = null;
  #hasFailed = false;

  constructor(parts: LinkParts, config: LongPollConfig) {
    super(parts);
    this.#config = config;
  }

  async poll(request: PollRequest): Promise<PollResult> {
    const { cursor, waitMs } = request;
    const offset = readCursor(cursor);
    const waitSeconds = secondsOf(waitMs);
    const updates = await this.#watch(
      this.client.call({
        method: 'getUpdates',
        timeoutMs: waitSeconds * 1000 + this.#config.pollGraceMs,
        signals: [request.cancellation ?? request.signal, this.closing.signal],
        payload: {
          ...(offset !== null && { offset }), // P1
          limit: this.#config.pollLimit,
          timeout: waitSeconds,
          allowed_updates: this.#config.allowedUpdates,
        },
        read: readBatch,
      }),
    );
    this.#acknowledged = offset;
    return toResult(updates, cursor, this.#config.allowedUpdates);
  }

  async commit(cursor: Json): Promise<void> {
    this.#committed = readCursor(cursor) ?? this.#committed;
  }

  async probe({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    await this.#watch(this.getMe(signal));
  }

  /** P2. */
  protected override async sayGoodbye(signal: AbortSignal): Promise<void> {
    const offset = this.#committed;
    if (offset === null || offset === this.#acknowledged || this.#hasFailed) return;
    await this.client.call({
      method: 'getUpdates',
      timeoutMs: this.requestTimeoutMs,
      signals: [signal],
      payload: { offset, limit: 1, timeout: 0, allowed_updates: this.#config.allowedUpdates },
      read: () => true,
    });
  }

  async #watch<T>(call: Promise<T>): Promise<T> {
    try {
      const value = await call;
      this.#hasFailed = false;
      return value;
    } catch (error) {
      // An abort, which is how every reading ends, says nothing about Telegram.
      if (error instanceof TelegramCallError && error.fault.kind !== 'closed') this.#hasFailed = true;
      throw error;
    }
  }
}

function toResult(updates: readonly RawUpdate[], cursor: Json, kinds: readonly TelegramUpdateKind[]): PollResult {
  const items: InboundItem[] = [];
  let next = cursor;
  for (const update of updates) {
    next = update.update_id + 1;
    const message = readUpdate(update, kinds);
    if (message) items.push({ message, cursor: next });
  }
  return { items, cursor: next };
}

function readBatch(result: unknown): RawUpdate[] | undefined {
  const parsed = Batch.safeParse(result);
  return parsed.success ? parsed.data : undefined;
}

/** A cursor that is none of ours counts as the first start: Telegram gives all that is not acknowledged. */
function readCursor(cursor: Json): number | null {
  return typeof cursor === 'number' && Number.isSafeInteger(cursor) && cursor >= 0 ? cursor : null;
}

/** Not 0 for a short wait: Telegram would answer at once, and the Poller would spin. */
function secondsOf(waitMs: number): number {
  if (waitMs <= 0) return 0;
  return Math.min(Math.max(Math.floor(waitMs / 1000), 1), maxWaitSeconds);
}
