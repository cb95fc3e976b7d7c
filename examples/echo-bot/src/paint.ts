import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'gray';

/** Gives a text a style, or leaves it as it is where colours are not wanted. */
export type Paint = (style: Style, text: string) => string;

/** Whether colours are wanted is decided by `paintFor`, and not again by `styleText`. */
export const inColors: Paint = (style, text) => styleText(style, text, { validateStream: false });
export const withoutColors: Paint = (_style, text) => text;

/** Colours for a terminal that has them, unless NO_COLOR is set. */
export function paintFor(stream: Pick<WriteStream, 'isTTY' | 'hasColors'>): Paint {
  return stream.isTTY && stream.hasColors() ? inColors : withoutColors;
}
