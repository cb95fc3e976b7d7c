import { randomBytes } from 'node:crypto';

/** A token of the shape that BotFather gives; no Telegram knows it. */
export function createToken(): string {
  return `424242:${randomBytes(26).toString('base64url')}`;
}
