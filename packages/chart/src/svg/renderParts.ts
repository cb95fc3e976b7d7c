import type { ChartState } from '../Chart.ts';
import type { DrawnState, DrawnTransition, Rectangle } from '../layout/ChartDrawing.ts';
import { measures } from '../layout/measures.ts';
import { widthOf } from '../layout/textWidth.ts';
import type { ChartMark, Pen } from './DrawingOptions.ts';
import { escapeXml } from './escapeXml.ts';
import { number } from './paths.ts';

const corner = 8;

/** The ground of a state that has states in it: what is in it is drawn over it, its title over that. */
export function renderGround(drawn: DrawnState): string {
  const { state } = drawn;
  return hasStates(state) ? `<rect class="ground" ${placeOf(drawn)} rx="${corner}"/>` : '';
}

export function renderState(drawn: DrawnState, isRegion: boolean, pen: Pen): string {
  const { rows, state, titleHeight, x, y } = drawn;
  const mark = pen.markState(state);
  const classes = ['state', state.type, ...(isRegion ? ['region'] : [])];
  const open = openGroup({ classes, attribute: 'data-state', id: state.id, name: state.name }, mark, pen);
  if (state.type === 'history') return `${open}${renderHistory(drawn)}</g>`;
  const rule =
    rows.length === 0 ? '' : `<path class="rule" d="M${number(x)} ${number(y + titleHeight)}h${number(drawn.width)}"/>`;
  const inner = state.type === 'final' ? frame(inset(drawn, 3), corner - 3) : '';
  const shownRows = rows.map((row) => renderTransition(row, { pen, isOver: hasStates(state) }));
  return `${open}${frame(drawn, corner)}${inner}${rule}${renderTitle(drawn, mark)}</g>${shownRows.join('')}`;
}

function renderTitle({ height, rows, state, title, titleHeight, width, x, y }: DrawnState, mark: ChartMark): string {
  const isCentred = rows.length === 0 && !hasStates(state);
  const middle = y + (isCentred ? height : titleHeight) / 2;
  const textWidth = widthOf(title, measures.title) + (mark.sign === undefined ? 0 : measures.signWidth);
  const left = isCentred ? x + (width - textWidth) / 2 : x + measures.padding;
  const shift = mark.sign === undefined ? 0 : measures.signWidth;
  const place = `x="${number(left + shift)}" y="${number(baseline(middle, measures.title.size))}"`;
  return `${renderSign(mark, left, middle)}<text class="title" ${place}>${escapeXml(title)}</text>`;
}

interface Place {
  readonly pen: Pen;
  /** The number of the arrow that it is written on. */
  readonly arrow?: number;
  /** Whether arrows may lead under it. */
  readonly isOver?: boolean;
}

export function renderTransition(drawn: DrawnTransition, { arrow, isOver = false, pen }: Place): string {
  const { lines, transition, x, y } = drawn;
  const mark = pen.markTransition(transition);
  const classes = [
    'transition',
    transition.trigger,
    arrow === undefined ? 'row' : 'label',
    ...(isOver ? ['over'] : []),
  ];
  const link = arrow === undefined ? '' : ` data-arrow="${arrow}"`;
  const open = openGroup(
    { classes, attribute: `data-transition`, id: transition.id, name: transition.name, link },
    mark,
    pen,
  );
  const middle = (line: number): number => y + measures.labelPadding + (line + 0.5) * measures.lineHeight;
  // On an arrow the words stand in the middle, in a box on the left.
  const unused = mark.sign === undefined ? measures.signWidth : 0;
  const left = x + measures.padding + (arrow === undefined ? 0 : unused / 2);
  const texts = lines.map((line, index) => {
    const place = `x="${number(left + measures.signWidth - unused)}" y="${number(baseline(middle(index), measures.label.size))}"`;
    return `<text class="words${index > 0 ? ' guard' : ''}" ${place}>${escapeXml(line)}</text>`;
  });
  const back = `<rect class="back" ${placeOf(drawn)} rx="5"/>`;
  return `${open}${back}${renderSign(mark, left, middle(0))}${texts.join('')}</g>`;
}

interface Group {
  readonly classes: readonly string[];
  readonly attribute: string;
  readonly id: string;
  readonly name: string;
  readonly link?: string;
}

/** What is drawn may be cut: the whole name is its title, and is what is read out. */
function openGroup(group: Group, { classes = [], note }: ChartMark, { isFocusable }: Pen): string {
  const said = escapeXml(note === undefined ? group.name : `${group.name}: ${note}`);
  const reach = isFocusable ? ' tabindex="0" role="img"' : '';
  const all = escapeXml([...group.classes, ...classes].join(' '));
  return `<g class="${all}" ${group.attribute}="${escapeXml(group.id)}"${group.link ?? ''}${reach} aria-label="${said}"><title>${said}</title>`;
}

function renderHistory({ height, state, width, x, y }: DrawnState): string {
  const middle = { x: number(x + width / 2), y: number(y + height / 2) };
  const text = `<text class="title" x="${middle.x}" y="${number(baseline(y + height / 2, measures.title.size))}">${state.history === 'deep' ? 'H*' : 'H'}</text>`;
  return `<circle class="box" cx="${middle.x}" cy="${middle.y}" r="${number(width / 2)}"/>${text}`;
}

function renderSign({ sign }: ChartMark, left: number, middle: number): string {
  if (sign === undefined) return '';
  const place = `x="${number(left + measures.signWidth / 2 - 3)}" y="${number(baseline(middle, measures.label.size))}"`;
  return `<text class="sign" ${place} aria-hidden="true">${escapeXml(sign)}</text>`;
}

function hasStates({ type }: ChartState): boolean {
  return type === 'compound' || type === 'parallel';
}

function inset({ height, width, x, y }: Rectangle, by: number): Rectangle {
  return { x: x + by, y: y + by, width: width - 2 * by, height: height - 2 * by };
}

function frame(place: Rectangle, radius: number): string {
  return `<rect class="box" ${placeOf(place)} rx="${radius}"/>`;
}

function placeOf({ height, width, x, y }: Rectangle): string {
  return `x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"`;
}

/** Where the line stands whose small letters are around the middle. */
function baseline(middle: number, size: number): number {
  return middle + size * 0.36;
}
