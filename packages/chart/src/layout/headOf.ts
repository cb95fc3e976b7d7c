import type { ChartState, ChartTransition } from '../Chart.ts';
import type { Arrangement } from './arrange.ts';
import { measures } from './measures.ts';
import { widthOf } from './textWidth.ts';
import { rowLinesOf, sizeOfLines, titleOf } from './words.ts';

export interface HeadRow {
  readonly transition: ChartTransition;
  readonly lines: readonly string[];
  /** From the left and top of the state. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What stands at the top of a state: its title and below it its rows, in columns when they are many. */
export interface Head {
  readonly title: string;
  readonly rows: readonly HeadRow[];
  readonly width: number;
  readonly height: number;
}

export function headOf(arrangement: Arrangement, state: ChartState): Head {
  const title = titleOf(state, arrangement.parentOf(state));
  const rows = arrangement.rowsOf(state).map((transition) => {
    const lines = rowLinesOf(transition, arrangement.targetName(transition));
    return { transition, lines, ...sizeOfLines(lines) };
  });
  const perColumn = Math.ceil(rows.length / Math.ceil(rows.length / measures.maxRows));
  const placed: HeadRow[] = [];
  const top = measures.titleHeight + measures.labelPadding;
  let [x, height] = [0, rows.length === 0 ? measures.titleHeight : 0];
  for (let first = 0; first < rows.length; first += perColumn) {
    const column = rows.slice(first, first + perColumn);
    const width = Math.max(...column.map((row) => row.width));
    let y = top;
    for (const row of column) {
      placed.push({ ...row, x, y, width });
      y += row.height;
    }
    x += width;
    height = Math.max(height, y + measures.labelPadding);
  }
  const titleWidth = widthOf(title, measures.title) + measures.signWidth + 2 * measures.padding;
  return { title, rows: placed, height, width: Math.max(titleWidth, x, measures.minState.width) };
}
