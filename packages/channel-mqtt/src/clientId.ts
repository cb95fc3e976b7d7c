import { createHash } from 'node:crypto';

/** A name that every broker has to accept: up to 23 letters and digits. The same for the same instance, always. */
export function defaultClientId(instanceId: string): string {
  if (/^[0-9A-Za-z]{1,23}$/.test(instanceId)) return instanceId;
  return `hf${createHash('sha256').update(instanceId).digest('hex').slice(0, 21)}`;
}
