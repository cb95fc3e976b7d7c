import { request } from 'undici';

/** One `sendMessage` over HTTP, on connections that are kept. Resolves with the message's id. */
export type PostMessage = (url: string, message: { readonly chatId: number; readonly text: string }) => Promise<number>;

const timeoutMs = 10_000;
const headers = { 'content-type': 'application/json' };

/** Node's own `fetch`: what one writes who has no library for the Bot API. */
export const postWithFetch: PostMessage = async (url, { chatId, text }) => {
  const body = JSON.stringify({ chat_id: chatId, text });
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) });
  return messageIdOf(await response.json());
};

/** undici's `request`: the fastest client there is on Node. */
export const postWithUndici: PostMessage = async (url, { chatId, text }) => {
  const response = await request(url, {
    method: 'POST',
    headers,
    body: JSON.stringify({ chat_id: chatId, text }),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return messageIdOf(await response.body.json());
};

function messageIdOf(answer: unknown): number {
  const id = field(answer, 'ok') === true ? field(field(answer, 'result'), 'message_id') : undefined;
  if (typeof id !== 'number') throw new Error(`The server refused: ${JSON.stringify(answer)}`);
  return id;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
