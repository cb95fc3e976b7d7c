import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookRequest, WebhookResponse } from 'holdfast';
import { RawUpdate } from './updates.ts';

const secretHeader = 'x-telegram-bot-api-secret-token';

/** The secret of a webhook that was given none: from the token by a one-way function, and the same on every start. */
export function defaultSecretToken(token: string): string {
  return createHmac('sha256', token).update('holdfast telegram webhook').digest('base64url');
}

/** The update that a webhook call brings, or the answer that turns the call away. */
export function readWebhookRequest(
  request: WebhookRequest,
  secretToken: string,
): { readonly update: RawUpdate } | { readonly refusal: WebhookResponse } {
  if (request.method.toUpperCase() !== 'POST') {
    return { refusal: { status: 405, headers: { allow: 'POST' }, body: 'Expected POST.' } };
  }
  if (!isSame(request.headers[secretHeader] ?? '', secretToken)) {
    return { refusal: { status: 401, body: 'The secret token is missing or wrong.' } };
  }
  const update = parseUpdate(request.body);
  return update ? { update } : { refusal: { status: 400, body: 'Expected an update, as JSON.' } };
}

/** Takes the same time wherever they differ: compares hashes, which are also of one length. */
function isSame(given: string, expected: string): boolean {
  const hash = (value: string): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

function parseUpdate(body: string): RawUpdate | undefined {
  try {
    const parsed = RawUpdate.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
