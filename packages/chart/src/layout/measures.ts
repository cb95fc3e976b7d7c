import type { TextStyle } from './textWidth.ts';

/** What a drawing is made with. Pixels. */
export const measures = {
  title: { size: 13, weight: 'bold' },
  label: { size: 11.5, weight: 'regular' },
  titleHeight: 28,
  lineHeight: 16,
  /** Left and right of a text. */
  padding: 10,
  /** Above and below the lines of a transition. */
  labelPadding: 3,
  /** In front of a text, for the sign of whoever marks states and transitions. */
  signWidth: 17,
  /** Wider texts are cut. */
  maxTitle: 240,
  maxRow: 340,
  maxLabel: 230,
  /** More rows stand in columns. */
  maxRows: 12,
  minState: { width: 64, height: 34 },
  dot: 12,
  history: 28,
  /** Around what stands in a state, and around the whole. */
  inset: 14,
} as const satisfies Record<string, number | TextStyle | { readonly width: number; readonly height: number }>;
