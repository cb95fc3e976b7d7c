import type { ChartState } from '../Chart.ts';
import type { ChartDrawing, DrawnArrow, DrawnBeginning } from '../layout/ChartDrawing.ts';
import { measures } from '../layout/measures.ts';
import type { DrawingOptions, Pen } from './DrawingOptions.ts';
import { drawingStyle } from './drawingStyle.ts';
import { escapeXml } from './escapeXml.ts';
import { arrowHead, number, roundedPath } from './paths.ts';
import { renderGround, renderState, renderTransition } from './renderParts.ts';

/**
 * A drawing as SVG that stands alone, or in a page. Its parts have the classes `state` (with `atomic`, `compound`, `parallel`, `final` or
 * `history`, and `region`), `transition` (with `row` or `label`), `arrow`, `beginning`. States and transitions carry their ids as
 * `data-state` and `data-transition`; an arrow and its labels the same number as `data-arrow`. The colours are those of `drawingStyle`.
 */
export function renderSvg(drawing: ChartDrawing, options: DrawingOptions = {}): string {
  const { isFocusable = false, markState = () => ({}), markTransition = () => ({}), withStyle = true } = options;
  const pen: Pen = { isFocusable, markState, markTransition, withStyle };
  const { arrows, beginnings, chart, states } = drawing;
  const [width, height] = [number(drawing.width), number(drawing.height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="group" aria-label="${escapeXml(`Chart ${chart.id}`)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    ...(withStyle ? [`<style>${drawingStyle}</style>`, '<rect class="paper" width="100%" height="100%"/>'] : []),
    ...states.map(renderGround).filter((ground) => ground !== ''),
    ...beginnings.map(renderBeginning),
    ...arrows.map((arrow, index) => renderArrow(arrow, index, pen)),
    ...states.map((state) => renderState(state, isRegion(drawing, state.state), pen)),
    // All labels come last: no arrow runs over one.
    ...arrows.flatMap(({ labels }, index) => labels.map((label) => renderTransition(label, { pen, arrow: index }))),
    '</svg>',
    '',
  ].join('\n');
}

function isRegion({ chart }: ChartDrawing, { parent }: ChartState): boolean {
  return chart.states.some(({ id, type }) => id === parent && type === 'parallel');
}

function renderBeginning({ dot, points }: DrawnBeginning): string {
  const circle = `<circle cx="${number(dot.x)}" cy="${number(dot.y)}" r="${measures.dot / 2}"/>`;
  return `<g class="beginning">${circle}${renderWay(points)}</g>`;
}

function renderArrow({ points, transitions }: DrawnArrow, index: number, { markTransition }: Pen): string {
  const classes = new Set(['arrow', ...transitions.flatMap((transition) => markTransition(transition).classes ?? [])]);
  return `<g class="${escapeXml([...classes].join(' '))}" data-arrow="${index}">${renderWay(points)}</g>`;
}

function renderWay(points: DrawnArrow['points']): string {
  return `<path d="${roundedPath(points)}"/><path class="head" d="${arrowHead(points)}"/>`;
}
