import type { Json } from 'holdfast';

/** The text in exactly this many columns: cut with an ellipsis, or filled up with blanks. */
export function pad(text: string, width: number): string {
  return cut(text, width).padEnd(width);
}

/** The text in at most this many columns. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width > 0 ? `${text.slice(0, width - 1)}…` : '';
}

/**
 * A value in one word where it is one, as JSON otherwise; never with a character that
 * could move the cursor or take two columns.
 */
export function show(value: Json): string {
  if (typeof value === 'string' && /^[\w.:/+-]+$/.test(value)) return value;
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, '?');
}
