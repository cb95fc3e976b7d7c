import { drawingStyle } from '@holdfast/chart';

const light = {
  ground: '#f4f5f8',
  paper: '#ffffff',
  ink: '#1b2130',
  faint: '#5b6577',
  line: '#dde1e9',
  focus: '#1d4ed8',
  taken: '#0b7285',
  'taken-soft': '#e3f4f6',
  half: '#8a5a00',
  'half-soft': '#fff3d6',
  never: '#b3261e',
  'never-soft': '#fdeceb',
  shadow: '0 1px 2px rgb(20 28 45 / 6%), 0 4px 16px rgb(20 28 45 / 5%)',
};
const dark = {
  ground: '#0d1016',
  paper: '#151922',
  ink: '#e7eaf1',
  faint: '#9aa4b6',
  line: '#2a3140',
  focus: '#8ab4ff',
  taken: '#5fd0df',
  'taken-soft': '#12313a',
  half: '#f0c060',
  'half-soft': '#372b12',
  never: '#ff8d85',
  'never-soft': '#3a1d1e',
  shadow: '0 1px 2px rgb(0 0 0 / 40%)',
};

/** Dark where the reader's system is, unless the page was told otherwise; light on paper. */
const colours = [
  `:root{color-scheme:light;${properties(light)}}`,
  `@media screen and (prefers-color-scheme:dark){:root:not([data-theme="light"]){color-scheme:dark;${properties(dark)}}}`,
  `@media screen{:root[data-theme="dark"]{color-scheme:dark;${properties(dark)}}}`,
];

const frame = `
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans","DejaVu Sans",sans-serif}
h1,h2,h3,p{margin:0}
h1{font-size:18px;font-weight:650;letter-spacing:-.01em;margin-right:auto}
button,input{font:inherit;color:inherit}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.skip{position:absolute;left:-999px}
.skip:focus{left:12px;top:12px;z-index:9;background:var(--paper);padding:6px 12px}
.top{position:sticky;top:0;z-index:5;display:flex;flex-wrap:wrap;gap:8px 12px;align-items:center;padding:10px clamp(12px,3vw,32px);background:var(--paper);border-bottom:1px solid var(--line)}
.top input,.top button,.zoom button{height:34px;border:1px solid var(--line);border-radius:8px;background:var(--ground);padding:0 12px}
.top button,.zoom button{cursor:pointer}
.top button:hover,.zoom button:hover{border-color:var(--faint)}
.top [aria-pressed="true"]{background:var(--ink);color:var(--paper);border-color:var(--ink)}
.search input{width:min(260px,52vw)}
main{max-width:1680px;margin:0 auto;padding:20px clamp(12px,3vw,32px) 60px}
.tiles,.figures{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:12px}
.tile,.card,table{background:var(--paper);border:1px solid var(--line);border-radius:12px;box-shadow:var(--shadow)}
.tile{padding:14px 16px 16px}
.tile h2,.figures h3,thead th{font-size:12.5px;font-weight:550;color:var(--faint)}
.tile .figure b{font-size:26px;letter-spacing:-.02em}
.figure{display:flex;gap:6px;align-items:baseline;justify-content:space-between;font-variant-numeric:tabular-nums}
.figure b{font-weight:650}
.figure span{color:var(--faint);font-size:13px;white-space:nowrap}
.bar{display:block;width:100%;height:6px;border-radius:3px;margin-top:6px}
.bar .track{fill:var(--never-soft)}
.bar .value{fill:var(--taken)}
table{width:100%;border-collapse:separate;border-spacing:0;margin-top:12px}
th,td{padding:10px 16px;text-align:left;vertical-align:top}
td{width:19%}
tbody th,tbody td{border-top:1px solid var(--line)}
tbody th{font-weight:600;overflow-wrap:anywhere}
a{color:inherit;text-decoration-color:var(--faint);text-underline-offset:3px}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;color:var(--faint);font-size:13px}
.empty,.all{color:var(--faint)}`;

const chart = `
.card{padding:18px;margin-top:18px;scroll-margin-top:70px}
.card>h2{font-size:20px;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
.figures{margin:10px 0 14px;gap:8px 24px}
.frame{border:1px solid var(--line);border-radius:10px;overflow:hidden;background:var(--ground)}
.view{overflow:auto;max-height:min(82vh,1100px);cursor:grab;overscroll-behavior-x:contain}
.view:active{cursor:grabbing}
.view:focus-visible{outline-offset:-3px}
.view>svg{display:block;margin:0 auto;user-select:none}
.tools{display:flex;flex-wrap:wrap;gap:6px 16px;align-items:center;justify-content:space-between;padding:7px 10px 7px 14px;background:var(--paper);border-bottom:1px solid var(--line)}
.zoom{display:flex;gap:4px}
.zoom button{height:30px;min-width:32px;padding:0 9px}
.key.taken b{color:var(--taken)}.key.half b{color:var(--half)}.key.never b{color:var(--never)}
.chart{--chart-box:var(--paper);--chart-inner:var(--ground);--chart-line:var(--line);--chart-ink:var(--ink);--chart-faint:var(--faint);--chart-arrow:var(--faint)}
.chart .taken>.sign{fill:var(--taken)}.chart .half>.sign{fill:var(--half)}.chart .never>.sign{fill:var(--never)}
.chart .state.taken>.box{stroke:var(--taken)}
.chart .atomic.taken>.box,.chart .final.taken>.box{fill:var(--taken-soft)}
.chart .state.never>.box{stroke:var(--never);stroke-dasharray:5 4}
.chart .atomic.never>.box,.chart .final.never>.box{fill:var(--never-soft)}
.chart .state.never>.title,.chart .transition.never>.words{fill:var(--never)}
.chart .transition.half>.words{fill:var(--half)}
.chart .arrow path{stroke-width:1.75}
.chart .arrow.never path{stroke:var(--never);stroke-dasharray:5 4}
.chart .arrow.half path{stroke:var(--half);stroke-dasharray:none}
.chart .arrow.taken path{stroke:var(--taken);stroke-dasharray:none}
.chart .arrow path.head{stroke:none}
.chart .arrow.never .head{fill:var(--never)}.chart .arrow.half .head{fill:var(--half)}.chart .arrow.taken .head{fill:var(--taken)}
.chart .state:focus,.chart .transition:focus{outline:none}
.chart .state:focus-visible>.box,.chart .state:hover>.box{stroke-width:2.5}
.chart .state:focus-visible>.box{stroke:var(--focus);stroke-width:3;stroke-dasharray:none}
.chart .transition:hover>.back{fill:var(--paper)}
.chart .transition:focus-visible>.back{stroke:var(--focus);stroke-width:2;fill:var(--paper)}
.chart .dim{opacity:.28}
.missing{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:4px 28px;margin-top:14px;align-items:start}
.missing .pairs{grid-column:1/-1}
summary{cursor:pointer;font-weight:600;padding:6px 0;overflow-wrap:anywhere}
.group summary{font-weight:450;padding:3px 0}
.count{display:inline-block;min-width:22px;padding:0 7px;border-radius:11px;background:var(--never-soft);color:var(--never);font-size:12.5px;font-weight:600;text-align:center}
ul{margin:0 0 8px;padding:0 0 0 4px;list-style:none;max-height:340px;overflow:auto}
.group{margin-left:16px}.group ul{padding-left:16px}
li{padding:1px 0;overflow-wrap:anywhere}
.find{border:0;background:none;padding:3px 6px;text-align:left;cursor:pointer;border-radius:6px;overflow-wrap:anywhere}
.find:hover{background:var(--never-soft)}
.find:focus-visible{outline-offset:-2px}
#tip{position:fixed;z-index:8;max-width:min(420px,calc(100vw - 16px));padding:7px 11px;border-radius:8px;background:var(--ink);color:var(--paper);font-size:13.5px;line-height:1.4;pointer-events:none;overflow-wrap:anywhere}
@media (max-width:720px){
.top{position:static}
.card{scroll-margin-top:10px}
.tiles,.figures{grid-template-columns:repeat(2,minmax(0,1fr))}
.card{padding:14px 12px;border-radius:10px}
thead{display:none}
tr{display:grid;grid-template-columns:1fr 1fr;gap:10px 16px;padding:12px 14px}
tr+tr{border-top:1px solid var(--line)}
tbody th{grid-column:1/-1}
tbody th,tbody td{border:0;padding:0;width:auto}
td::before{content:attr(data-label);font-size:12.5px;color:var(--faint)}
}
@media print{
body{background:none}
.search,#theme,.zoom,.skip,#tip{display:none}
.top{position:static}
.tile,.card,table{box-shadow:none;break-inside:avoid}
.view{max-height:none;overflow:visible}
.view>svg{max-width:100%;height:auto}
ul{max-height:none;overflow:visible}
}`;

export const pageStyle = [...colours, frame, drawingStyle, chart].join('\n');

function properties(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}
