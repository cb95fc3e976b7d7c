import type { InstanceSnapshot } from '../machine/selectors.ts';
import type { WebhookRequest, WebhookResponse } from '../ports/channel.ts';

/** How long a peer that finds nobody at home should wait. */
const retryAfterSeconds = '5';
/** How long an update may be in the works before the peer is told to come again. Milliseconds. */
const answerTimeoutMs = 60_000;

/** The channel's answer, or a status that tells the peer to deliver again: nothing is taken that could be lost. */
export async function answerWebhook(snapshot: InstanceSnapshot, request: WebhookRequest): Promise<WebhookResponse> {
  const link = snapshot.children.connection?.getSnapshot().context.link;
  if (snapshot.status !== 'active' || !link) return comeAgain();
  const { signal } = new AbortController();
  const outcome = await link.handleWebhook(request, { signal, timeoutMs: answerTimeoutMs });
  if (outcome === undefined) return { status: 404 };
  return outcome.ok ? outcome.value : comeAgain();
}

function comeAgain(): WebhookResponse {
  return { status: 503, headers: { 'retry-after': retryAfterSeconds } };
}
