import type { ELK } from 'elkjs/lib/elk-api.js';
import type { ChartShape } from '../Chart.ts';
import { arrange } from './arrange.ts';
import type { ChartDrawing } from './ChartDrawing.ts';
import { lackingIn, readDrawing } from './readDrawing.ts';
import { toGraph } from './toGraph.ts';

/** Whoever does not draw does not pay for it; who draws again has an engine that runs. */
let loading: Promise<Pick<ELK, 'layout'>> | undefined;

/**
 * Where the states and transitions of a chart stand in a drawing. The same chart gives the same drawing, to the pixel. The engine that
 * does it (elkjs) is loaded at the first call; it needs neither a page nor a network.
 *
 * A transition whose source contains its target, or the other way round, is a row in the box of its source; all others are arrows, those
 * from one state to another in one arrow together.
 */
export async function layoutChart(chart: ChartShape): Promise<ChartDrawing> {
  loading ??= import('elkjs/lib/elk.bundled.js').then(({ default: elk }) => new elk.default());
  const engine = await loading;
  const arrangement = arrange(chart);
  const first = await engine.layout(toGraph(arrangement, new Map()));
  const lacking = lackingIn(arrangement, chart, first);
  const graph = lacking.size === 0 ? first : await engine.layout(toGraph(arrangement, lacking));
  return readDrawing(chart, arrangement, graph);
}
