import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api.js';
import type { ChartState } from '../Chart.ts';
import type { Arrangement } from './arrange.ts';
import { headOf } from './headOf.ts';
import { measures } from './measures.ts';
import { linesOf, sizeOfLines } from './words.ts';

/** The ids of what is no state of the chart: no state's id begins with a line feed and these words. */
export const idOfBeginning = (state: ChartState): string => `\nbegins ${state.id}`;
export const idOfDot = (state: ChartState): string => `\ndot ${state.id}`;
export const idOfWay = (index: number): string => `\nway ${index}`;

const rootOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.randomSeed': '1',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.padding': padding(measures.inset, measures.inset),
} as const;

const boxOptions = {
  'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '18',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.edgeLabel': '4',
  'elk.layered.spacing.nodeNodeBetweenLayers': '30',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
} as const;

/** Of 200 states with 400 arrows from anywhere to anywhere these take a third of the time, and a third of the height. */
const quickOptions = {
  'elk.layered.cycleBreaking.strategy': 'GREEDY',
  'elk.layered.thoroughness': '1',
  'elk.layered.crossingMinimization.greedySwitchHierarchical.type': 'OFF',
} as const;
const manyArrows = 150;

const keptShort = { 'elk.layered.priority.shortness': '100', 'elk.layered.priority.straightness': '100' } as const;

/** A chart as the layout engine takes it, with so much more room on the right of a state as its head turned out to lack. */
export function toGraph(arrangement: Arrangement, lacking: ReadonlyMap<string, number>): ElkNode {
  const options = arrangement.ways.length > manyArrows ? { ...boxOptions, ...quickOptions } : boxOptions;
  return {
    id: '\nall',
    layoutOptions: { ...rootOptions, ...options },
    children: [toNode({ arrangement, lacking, options }, arrangement.root)],
    edges: toEdges(arrangement),
  };
}

interface Room {
  readonly arrangement: Arrangement;
  readonly lacking: ReadonlyMap<string, number>;
  readonly options: LayoutOptions;
}

function toNode(room: Room, state: ChartState): ElkNode {
  if (state.type === 'history') return { id: state.id, width: measures.history, height: measures.history };
  const { arrangement, lacking, options } = room;
  const { height, width } = headOf(arrangement, state);
  const children = arrangement.childrenOf(state);
  if (children.length === 0) return { id: state.id, width, height: Math.max(height, measures.minState.height) };
  const initial = state.type === 'parallel' ? undefined : children.find(({ isInitial }) => isInitial);
  const inner = children.map((child) => toNode(room, child));
  const right = measures.inset + (lacking.get(state.id) ?? 0);
  return {
    id: state.id,
    layoutOptions: { ...options, 'elk.padding': padding(height + measures.inset, right) },
    children: initial ? [toDot(state), ...inner] : inner,
    edges: initial ? beginningsOf(arrangement, state, initial) : [],
  };
}

/** The way to the initial state, and ways that are not drawn: they put the states that no arrow leads to beside it, instead of anywhere. */
function beginningsOf(arrangement: Arrangement, state: ChartState, initial: ChartState): ElkExtendedEdge[] {
  const sources = [idOfDot(state)];
  const lone = arrangement.childrenOf(state).filter((child) => child !== initial && !arrangement.isReached(child));
  return [
    { id: idOfBeginning(state), sources, targets: [initial.id], layoutOptions: keptShort },
    ...lone.map(({ id }) => ({ id: `\nunseen ${id}`, sources, targets: [id] })),
  ];
}

function toDot(state: ChartState): ElkNode {
  const options = { 'elk.layered.layering.layerConstraint': 'FIRST' };
  return { id: idOfDot(state), width: measures.dot, height: measures.dot, layoutOptions: options };
}

function toEdges({ ways }: Arrangement): ElkExtendedEdge[] {
  return ways.map(({ labelled, source, target }, index) => {
    const sizes = labelled.map((transition) => sizeOfLines(linesOf(transition)));
    const width = Math.max(...sizes.map((size) => size.width));
    const height = sizes.reduce((sum, size) => sum + size.height, 0);
    const labels =
      sizes.length === 0 ? [] : [{ text: ' ', width, height, layoutOptions: { 'elk.edgeLabels.inline': 'true' } }];
    return { id: idOfWay(index), sources: [source.id], targets: [target.id], labels };
  });
}

function padding(top: number, right: number): string {
  return `[top=${top},left=${measures.inset},bottom=${measures.inset},right=${right}]`;
}
