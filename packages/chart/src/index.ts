export { Chart, type ChartShape, type ChartState, type ChartTransition, nodesOf } from './Chart.ts';
export type {
  ChartDrawing,
  DrawnArrow,
  DrawnBeginning,
  DrawnState,
  DrawnTransition,
  Point,
  Rectangle,
} from './layout/ChartDrawing.ts';
export { layoutChart } from './layout/layoutChart.ts';
export { renderMermaid } from './mermaid/renderMermaid.ts';
export { describeEvent, type Trigger } from './names.ts';
export type { ChartMark, DrawingOptions } from './svg/DrawingOptions.ts';
export { drawingStyle } from './svg/drawingStyle.ts';
export { escapeXml } from './svg/escapeXml.ts';
export { renderSvg } from './svg/renderSvg.ts';
