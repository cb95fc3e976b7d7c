import { measures } from '../layout/measures.ts';

const light = {
  paper: '#fbfbfd',
  box: '#ffffff',
  inner: '#f5f6f9',
  line: '#c3c8d4',
  ink: '#1d2330',
  faint: '#667085',
  arrow: '#7b8496',
};
const dark = {
  paper: '#12151c',
  box: '#1b202b',
  inner: '#161a23',
  line: '#3b4456',
  ink: '#e6e9f0',
  faint: '#98a2b5',
  arrow: '#7f8aa0',
};

/**
 * The style of a drawing, as CSS. Every colour is a custom property, `--chart-…`, that a page may set: `paper`, `box` (a state), `inner` (a
 * state that has states), `line`, `ink`, `faint`, `arrow`. Without, they are light or dark as the reader's system is.
 */
export const drawingStyle = [
  `.chart{color-scheme:light dark;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans","DejaVu Sans",sans-serif;${properties(light)}}`,
  `@media (prefers-color-scheme:dark){.chart{${properties(dark)}}}`,
  '.chart .paper{fill:var(--chart-paper,var(--paper))}',
  '.chart .box{fill:var(--chart-box,var(--box));stroke:var(--chart-line,var(--line));stroke-width:1.25}',
  '.chart .ground{fill:var(--chart-inner,var(--inner))}',
  '.chart .compound>.box,.chart .parallel>.box{fill:none}',
  // An arrow may lead under a title.
  '.chart .over .words,.chart .compound>.title,.chart .parallel>.title{paint-order:stroke;stroke:var(--chart-inner,var(--inner));stroke-width:4px;stroke-linejoin:round}',
  '.chart .region>.box{stroke-dasharray:5 4}',
  '.chart .rule{stroke:var(--chart-line,var(--line));stroke-width:1}',
  `.chart .title{fill:var(--chart-ink,var(--ink));font-size:${measures.title.size}px;font-weight:600}`,
  `.chart .words{fill:var(--chart-ink,var(--ink));font-size:${measures.label.size}px}`,
  '.chart .guard,.chart .kind{fill:var(--chart-faint,var(--faint))}',
  `.chart .sign{fill:var(--chart-faint,var(--faint));font-size:${measures.label.size}px;font-weight:700;text-anchor:middle}`,
  '.chart .history text{text-anchor:middle}',
  '.chart .arrow path{fill:none;stroke:var(--chart-arrow,var(--arrow));stroke-width:1.5}',
  '.chart .arrow .head,.chart .beginning .head{fill:var(--chart-arrow,var(--arrow));stroke:none}',
  '.chart .beginning path{fill:none;stroke:var(--chart-arrow,var(--arrow));stroke-width:1.5}',
  '.chart .beginning circle{fill:var(--chart-arrow,var(--arrow))}',
  '.chart .label>.back{fill:var(--chart-label,var(--chart-inner,var(--inner)))}',
  '.chart .row>.back{fill:transparent}',
].join('\n');

function properties(colours: Readonly<Record<string, string>>): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}
