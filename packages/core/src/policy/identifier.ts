import type { Random } from '../ports/random.ts';

/**
 * A UUID of version 7 (RFC 9562): ids made later sort later. `sequence` counts what its maker has made; its low twelve
 * bits follow the time (method 1 of the RFC), so that ids differ even where `random` is a constant of a test.
 */
export function createIdentifier(nowMs: number, sequence: number, random: Random): string {
  const time = hex(Math.max(0, Math.trunc(nowMs)), 12);
  const variant = '89ab'.charAt(Math.floor(random() * 4));
  const digits = (count: number): string => hex(Math.floor(random() * 16 ** count), count);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(sequence % 4_096, 3)}-${variant}${digits(3)}-${digits(12)}`;
}

function hex(value: number, length: number): string {
  const shift = 16 ** length;
  return ((value % shift) + shift).toString(16).slice(1);
}
