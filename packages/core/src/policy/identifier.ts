import type { Random } from '../ports/random.ts';

/** A UUID of version 7 (RFC 9562): ids made later sort later. From the ports, so that a test can foretell it. */
export function createIdentifier(nowMs: number, random: Random): string {
  const time = Math.max(0, Math.trunc(nowMs)).toString(16).padStart(12, '0').slice(-12);
  const digits = (count: number): string => {
    let text = '';
    for (let i = 0; i < count; i += 1) text += Math.floor(random() * 16).toString(16);
    return text;
  };
  const variant = '89ab'.charAt(Math.floor(random() * 4));
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-${variant}${digits(3)}-${digits(12)}`;
}
