import type { MqttFault } from './errors.ts';

/** What an error of mqtt.js, or of the socket below it, says about the connection. Nothing of its text is kept. */
export function faultOf(error: unknown): MqttFault {
  if (!(error instanceof Error)) return { kind: 'garbled' };
  const { message } = error;
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return { kind: 'network', errno: code };
  if (message === 'Keepalive timeout') return { kind: 'keepalive' };
  const status = /^Unexpected server response: (\d{3})$/.exec(message)?.[1];
  if (status !== undefined) return { kind: 'handshake', status: Number(status) };
  return { kind: 'garbled' };
}

/** The broker's words, for people; undefined when they are too many to show, or repeat what nobody may see. */
export function presentable(words: string | undefined, secrets: readonly string[]): string | undefined {
  if (words === undefined || words === '') return undefined;
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('hex'),
  ]);
  const isTelling = forms.some((form) => words.toLowerCase().includes(form.toLowerCase()));
  return isTelling ? undefined : words.replace(/\p{Cc}/gu, ' ').slice(0, 200);
}
