import type { Random } from '../ports/random.ts';

/**
 * A UUID of version 7 (RFC 9562): ids made later sort later. `sequence` counts what its maker has made; its low twelve
 * bits follow the time (method 1 of the RFC), so that ids differ even where `random` is a constant of a test.
 */
export function createIdentifier(nowMs: number, sequence: number, random: Random): string {
  const timeMs = Math.max(0, Math.trunc(nowMs)) % 2 ** 48;
  const draw = (): number => Math.floor(random() * 2 ** 16);
  write(0, timeMs / 2 ** 32);
  write(4, timeMs / 2 ** 16);
  write(9, timeMs);
  write(14, 0x7000 + (sequence % 4_096));
  write(19, 0x8000 + Math.floor(random() * 2 ** 14));
  write(24, draw());
  write(28, draw());
  write(32, draw());
  return String.fromCharCode(...text);
}

/** The characters of the identifier that is being made: every message gets one, and putting it together of parts takes three times as long. */
const text = codesOf('00000000-0000-0000-0000-000000000000');
const digits = codesOf('0123456789abcdef');

/** The low sixteen bits of a number, in four digits. */
function write(place: number, value: number): void {
  for (let digit = 0; digit < 4; digit += 1) text[place + digit] = digits[(value >>> (12 - 4 * digit)) & 15] ?? 0;
}

function codesOf(characters: string): number[] {
  return Array.from(characters, (character) => character.charCodeAt(0));
}
