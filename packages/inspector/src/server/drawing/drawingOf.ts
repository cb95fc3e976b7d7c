import { layoutChart, renderMermaid, renderSvg } from '@holdfast/chart';
import type { ChartDescription } from '../../chartOf.ts';

/** How a chart may be had: for the page, which has the style; as a file that stands alone; as text. */
export type DrawingFormat = 'page' | 'svg' | 'mermaid';

export async function drawingOf(chart: ChartDescription, format: DrawingFormat): Promise<string> {
  if (format === 'mermaid') return renderMermaid(chart);
  const drawing = await layoutChart(chart);
  return renderSvg(drawing, format === 'page' ? { withStyle: false, isFocusable: true } : {});
}
