import type { Random } from '../ports/random.ts';

/**
 * A UUID of version 7 (RFC 9562): ids made later sort later. `sequence` counts what its maker has made; its low twelve
 * bits follow the time (method 1 of the RFC), so that ids differ even where `random` is a constant of a test.
 */
export function createIdentifier(nowMs: number, sequence: number, random: Random): string {
  const timeMs = Math.max(0, Math.trunc(nowMs)) % 2 ** 48;
  const draw = (): number => Math.floor(random() * 2 ** 16);
  const counter = 0x7000 + (sequence % 4_096);
  const variant = 0x8000 + Math.floor(random() * 2 ** 14);
  const time = `${hex(timeMs / 2 ** 32)}${hex(timeMs / 2 ** 16)}-${hex(timeMs)}`;
  return `${time}-${hex(counter)}-${hex(variant)}-${hex(draw())}${hex(draw())}${hex(draw())}`;
}

/** A number has no fast way to become hexadecimal, and every message gets an id. */
const bytes: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The low sixteen bits of a number, in four digits. */
function hex(value: number): string {
  return `${bytes[(value >>> 8) & 255]}${bytes[value & 255]}`;
}
