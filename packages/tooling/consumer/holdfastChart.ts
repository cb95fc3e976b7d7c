import { Chart, type ChartMark, layoutChart, renderMermaid, renderSvg } from '@holdfast/chart';
import { createMachine } from 'xstate';

const chart = new Chart(
  createMachine({ id: 'door', initial: 'closed', states: { closed: { on: { open: 'opened' } }, opened: {} } }),
);
const markState = ({ name }: { readonly name: string }): ChartMark =>
  name === 'opened' ? { classes: ['active'] } : {};
const svg: string = renderSvg(await layoutChart(chart), { markState });
if (!svg.startsWith('<svg ') || !svg.includes('class="state atomic active" data-state="door.opened"'))
  throw new Error(`Not a drawing: ${svg}`);
if (!renderMermaid(chart).includes('s1 --> s2 : open')) throw new Error('The chart has an arrow.');
