import type { ChartState, ChartTransition } from '../Chart.ts';
import { measures } from './measures.ts';
import { cutTo, widthOf } from './textWidth.ts';

/** Of the root its id, of others their last key. */
export function keyOf({ name }: ChartState, parent: ChartState | undefined): string {
  return !parent || parent.parent === null ? name : name.slice(parent.name.length + 1);
}

export function titleOf(state: ChartState, parent: ChartState | undefined): string {
  return cutTo(oneLine(keyOf(state, parent)), measures.title, measures.maxTitle);
}

/** `go [isReady]` in one line if it has room there, or else the guard in a second one. */
export function linesOf({ eventName, guard }: ChartTransition): readonly string[] {
  return inLines(eventName, guard, measures.maxLabel);
}

/** The same of a transition that is a row, with where it leads: `go [isReady] → idle`. */
export function rowLinesOf(transition: ChartTransition, targetName: string): readonly string[] {
  const { eventName, guard, reenter } = transition;
  const way = targetName === '' ? '' : ` → ${targetName}${reenter ? ', anew' : ''}`;
  const whole = guard === null ? `${eventName}${way}` : `${eventName} [${guard}]${way}`;
  if (widthOf(oneLine(whole), measures.label) <= measures.maxRow) return [oneLine(whole)];
  return inLines(`${eventName}${way}`, guard, measures.maxRow);
}

function inLines(text: string, guard: string | null, maxWidth: number): readonly string[] {
  const cut = (line: string): string => cutTo(oneLine(line), measures.label, maxWidth);
  if (guard === null) return [cut(text)];
  const whole = oneLine(`${text} [${guard}]`);
  return widthOf(whole, measures.label) <= maxWidth ? [whole] : [cut(text), cut(`[${guard}]`)];
}

/** Line feeds and other control characters have no place in a line, and some none in XML. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ');
}

/** How much room the lines of a transition take. */
export function sizeOfLines(lines: readonly string[]): { readonly width: number; readonly height: number } {
  const text = Math.max(...lines.map((line) => widthOf(line, measures.label)));
  return {
    width: text + measures.signWidth + 2 * measures.padding,
    height: lines.length * measures.lineHeight + 2 * measures.labelPadding,
  };
}
