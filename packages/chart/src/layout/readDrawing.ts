import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import type { ChartShape, ChartState, ChartTransition } from '../Chart.ts';
import type { Arrangement, Way } from './arrange.ts';
import type {
  ChartDrawing,
  DrawnArrow,
  DrawnBeginning,
  DrawnState,
  DrawnTransition,
  Point,
  Rectangle,
} from './ChartDrawing.ts';
import { headOf } from './headOf.ts';
import { measures } from './measures.ts';
import { idOfBeginning, idOfDot, idOfWay } from './toGraph.ts';
import { linesOf, sizeOfLines } from './words.ts';

/** What the layout engine has found, in the words of the chart. */
export function readDrawing(chart: ChartShape, arrangement: Arrangement, graph: ElkNode): ChartDrawing {
  const nodes = new Map([...nodesIn(graph)].map((node) => [node.id, node]));
  const edges = new Map([...nodes.values()].flatMap(({ edges: own = [] }) => own.map((edge) => [edge.id, edge])));
  const states = chart.states.map((state) => drawState(arrangement, state, find(nodes, state.id)));
  return {
    chart,
    width: graph.width ?? 0,
    height: graph.height ?? 0,
    states,
    arrows: arrangement.ways.map((way, index) => drawArrow(way, find(edges, idOfWay(index)))),
    beginnings: chart.states.flatMap((state) => {
      const dot = nodes.get(idOfDot(state));
      return dot ? [drawBeginning(dot, find(edges, idOfBeginning(state)))] : [];
    }),
  };
}

function drawState(arrangement: Arrangement, state: ChartState, node: ElkNode): DrawnState {
  const place = placeOf(node);
  const { rows, title } = headOf(arrangement, state);
  const last = Math.max(...rows.map(({ x }) => x));
  const drawn = rows.map((row) => {
    // A single column is as wide as the state.
    const width = last === 0 ? place.width : row.width;
    return { ...row, width, x: place.x + row.x, y: place.y + row.y };
  });
  return { ...place, state, title, titleHeight: measures.titleHeight, rows: drawn };
}

/** How much wider states would have to be to have room for their heads: the engine asks what is in them only. */
export function lackingIn(arrangement: Arrangement, chart: ChartShape, graph: ElkNode): ReadonlyMap<string, number> {
  const nodes = new Map([...nodesIn(graph)].map((node) => [node.id, node]));
  const lacks = chart.states
    .filter(({ type }) => type !== 'history')
    .map((state) => [state.id, headOf(arrangement, state).width - placeOf(nodes.get(state.id) ?? {}).width] as const);
  return new Map(lacks.filter(([, lack]) => lack > 0));
}

function drawArrow({ labelled, source, target, transitions }: Way, edge: ElkExtendedEdge): DrawnArrow {
  const lines = labelled.map((transition) => ({ transition, lines: linesOf(transition) }));
  const [label] = edge.labels ?? [];
  return {
    source,
    target,
    transitions,
    points: pointsOf(edge),
    labels: label ? stack(lines, placeOf(label)) : [],
  };
}

function drawBeginning(dot: ElkNode, edge: ElkExtendedEdge): DrawnBeginning {
  const { height, width, x, y } = placeOf(dot);
  return { dot: { x: x + width / 2, y: y + height / 2 }, points: pointsOf(edge) };
}

interface Lines {
  readonly transition: ChartTransition;
  readonly lines: readonly string[];
}

/** One below the other, all as wide as the place. */
function stack(all: readonly Lines[], { width, x, y }: Rectangle): readonly DrawnTransition[] {
  let top = y;
  return all.map(({ lines, transition }) => {
    const { height } = sizeOfLines(lines);
    const drawn = { transition, lines, x, y: top, width, height };
    top += height;
    return drawn;
  });
}

function pointsOf({ sections = [] }: ElkExtendedEdge): readonly Point[] {
  return sections.flatMap(({ bendPoints = [], endPoint, startPoint }) => [startPoint, ...bendPoints, endPoint]);
}

function placeOf({ height = 0, width = 0, x = 0, y = 0 }: Partial<Rectangle>): Rectangle {
  return { x, y, width, height };
}

function* nodesIn(node: ElkNode): Generator<ElkNode> {
  yield node;
  for (const child of node.children ?? []) yield* nodesIn(child);
}

function find<Found>(all: ReadonlyMap<string, Found>, id: string): Found {
  const found = all.get(id);
  if (found === undefined) throw new Error(`Expected the layout to have a place for ${JSON.stringify(id)}, got none.`);
  return found;
}
