/**
 * How wide a text gets, where there is no page to ask. The widths are those of DejaVu Sans, in thousandths of its size, from the space
 * to the tilde: of the sans-serif fonts that systems come with it is one of the widest, so what is measured by it fits in the others.
 */
const regular = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
  636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
  748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
  615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
  337, 636, 838,
];
const bold = [
  348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696, 696,
  696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995,
  837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716,
  678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712,
  365, 712, 838,
];
const firstCode = 32;
/** Letters of other alphabets, arrows and signs. */
const otherWidth = 1100;
/** Emoji, in the fonts that have them in colour. */
const pictureWidth = 1400;

export interface TextStyle {
  /** Pixels. */
  readonly size: number;
  readonly weight: 'regular' | 'bold';
}

/** Pixels: an upper bound for usual fonts. */
export function widthOf(text: string, { size, weight }: TextStyle): number {
  const widths = weight === 'bold' ? bold : regular;
  let sum = 0;
  // Taken apart, an accent stands by itself: it has no width of its own.
  for (const character of text.normalize('NFD')) {
    sum += widths[(character.codePointAt(0) ?? 0) - firstCode] ?? widthOfOther(character);
  }
  return Math.ceil((sum * size) / 1000);
}

function widthOfOther(character: string): number {
  if (/^(?:\p{M}|\p{Cf})$/u.test(character)) return 0;
  return /^\p{Extended_Pictographic}$/u.test(character) ? pictureWidth : otherWidth;
}

const ellipsis = '…';

/** As much of a text as has room, with an ellipsis in place of the rest. */
export function cutTo(text: string, style: TextStyle, maxWidth: number): string {
  if (widthOf(text, style) <= maxWidth) return text;
  const parts = Array.from(
    new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text),
    ({ segment }) => segment,
  );
  let kept = '';
  for (const part of parts) {
    if (widthOf(`${kept}${part}${ellipsis}`, style) > maxWidth) break;
    kept += part;
  }
  return `${kept.trimEnd()}${ellipsis}`;
}
