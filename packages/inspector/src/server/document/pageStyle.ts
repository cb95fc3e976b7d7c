const light = {
  ground: '#f3f5f9',
  paper: '#ffffff',
  ink: '#1a2130',
  faint: '#566077',
  line: '#d5dae4',
  press: '#e3e9f6',
  accent: '#2f5fd0',
  starting: '#8a7bd8',
  connecting: '#5b8def',
  connected: '#2f9e63',
  disconnected: '#e0a021',
  error: '#d64545',
  failed: '#9c2a3f',
  stopped: '#a7b0bf',
  done: '#8fa3b8',
  lost: '#c5ccd8',
  'other-0': '#2f9e8f',
  'other-1': '#5b8def',
  'other-2': '#b07cd8',
  'other-3': '#94705e',
  'other-4': '#7b9a3a',
  'other-5': '#d0679d',
};
const dark = {
  ...light,
  ground: '#0d1117',
  paper: '#161b24',
  ink: '#e7ebf3',
  faint: '#9aa5b8',
  line: '#2d3645',
  press: '#26324a',
  accent: '#82a8ff',
  connected: '#3fb87a',
  disconnected: '#e8b04a',
  error: '#ee6a6a',
  failed: '#c4506a',
  stopped: '#5b6575',
  done: '#6d8199',
  lost: '#3d4655',
};
/** Of the drawing, besides the page's own. */
const lightChart = {
  'chart-box': '#ffffff',
  'chart-inner': '#f5f7fb',
  'chart-line': '#c3c9d6',
  'chart-arrow': '#7b8496',
};
const darkChart = {
  'chart-box': '#1c2330',
  'chart-inner': '#131821',
  'chart-line': '#3b4559',
  'chart-arrow': '#7f8aa0',
};
const shared = '--chart-paper:var(--paper);--chart-ink:var(--ink);--chart-faint:var(--faint)';

const lightTheme = `color-scheme:light;${properties({ ...light, ...lightChart })};${shared}`;
const darkTheme = `color-scheme:dark;${properties({ ...dark, ...darkChart })};${shared}`;

export const pageStyle = `
:root{${lightTheme}}
@media (prefers-color-scheme:dark){:root{${darkTheme}}}
:root[data-theme=light]{${lightTheme}}
:root[data-theme=dark]{${darkTheme}}
*{box-sizing:border-box}
[hidden]{display:none!important}
html,body{height:100%}
body{margin:0;display:flex;flex-direction:column;gap:8px;padding:8px 12px;background:var(--ground);color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
h1,h2,h3,p,ul{margin:0;padding:0}
h1{font-size:16px}
h2{font-size:15px;overflow-wrap:anywhere}
h3{font-size:13px;margin:10px 0 4px}
ul{list-style:none}
button,input,select{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:3px 9px;min-height:28px}
button{cursor:pointer}
button:hover{border-color:var(--accent)}
button[aria-pressed=true]{background:var(--press);border-color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
small,.faint{color:var(--faint)}
header,.controls{display:flex;flex-wrap:wrap;align-items:center;gap:6px 10px}
header nav{margin-left:auto;display:flex;flex-wrap:wrap;gap:6px}
#state::before{content:"";display:inline-block;width:9px;height:9px;border-radius:50%;margin-right:6px;background:var(--stopped)}
[data-state=live] #state::before{background:var(--connected)}
[data-state=lost] #state::before{background:var(--error)}
[data-state=file] #state::before{background:var(--connecting)}
#said{color:var(--faint)}
#fleet,.card{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:8px 10px}
#fleet{display:flex;flex-direction:column;gap:7px}
#search{width:min(320px,100%)}
#counts{display:flex;flex-wrap:wrap;gap:5px}
.swatch{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px}
#tip{flex:1 1 0;min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.strip{max-height:150px;overflow:auto}
canvas{display:block;width:100%;cursor:pointer}
#matches{display:flex;gap:5px;overflow-x:auto;padding:3px}
#matches:empty{display:none}
#matches button{white-space:nowrap;width:15em;overflow:hidden;text-overflow:ellipsis;text-align:left}
main{flex:1;min-height:0;display:grid;grid-template-columns:minmax(0,1.15fr) minmax(0,1fr);gap:8px}
.card{display:flex;flex-direction:column;gap:7px;min-height:0;min-width:0}
.card>.controls .buttons{margin-left:auto;display:flex;gap:4px}
#chart-words{color:var(--accent);font-weight:600;overflow-wrap:anywhere}
.when{color:var(--faint)}
#now{border-color:var(--accent)}
#chart{flex:1;min-height:260px;overflow:hidden;border-radius:8px;background:var(--chart-inner);touch-action:none;cursor:grab;padding:0;color:var(--faint)}
#chart:active{cursor:grabbing}
#chart svg{display:block;width:100%;height:100%;user-select:none}
.chart .active>.box{stroke:var(--accent);stroke-width:2.5}
.chart .atomic.active>.box,.chart .final.active>.box{fill:var(--press)}
.chart .active>.title{fill:var(--accent)}
.chart .taken .words{fill:var(--accent);font-weight:700}
.chart .arrow.taken path{stroke:var(--accent);stroke-width:2.5}
.chart .arrow.taken .head{fill:var(--accent);stroke:none}
#send-fields{flex:1 1 220px;min-width:0}
#send-said{flex:1 1 100%;color:var(--faint)}
#send-said:empty{display:none}
[role=tablist]{display:flex;flex-wrap:wrap;gap:4px}
[role=tab][aria-selected=true]{background:var(--press);border-color:var(--accent);font-weight:600}
[role=tabpanel]{flex:1;min-height:0;overflow:auto;display:flex;flex-direction:column;gap:6px}
#log{flex:1;min-height:220px;overflow:auto;border:1px solid var(--line);border-radius:8px}
#log-rows{position:relative}
.entry{position:absolute;left:0;right:0;height:26px;display:flex;gap:10px;align-items:center;padding:0 8px;white-space:nowrap;cursor:pointer;overflow:hidden}
.entry:hover{background:var(--ground)}
.entry[aria-selected=true]{background:var(--press);box-shadow:inset 3px 0 var(--accent)}
.entry>*{overflow:hidden;text-overflow:ellipsis;flex:none}
.entry .who{max-width:26%;color:var(--faint)}
.entry b{flex:0 1 auto;min-width:0}
.entry .what{flex:1 1 0;min-width:20%}
.entry.signal b{font-weight:500;color:var(--accent)}
.entry.ignored,.entry.ignored b{color:var(--faint);font-weight:400}
time{color:var(--faint);font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:2px 8px 2px 0;border-bottom:1px solid var(--line);font-weight:400;overflow-wrap:anywhere}
th{color:var(--faint);width:42%}
#family{display:flex;flex-direction:column;gap:3px;align-items:flex-start}
#family .child{margin-left:18px}
#sequence{flex:1;min-height:220px;overflow:auto}
#sequence svg{display:block}
#sequence .heads{position:sticky;top:0;background:var(--paper)}
#sequence text{fill:var(--ink);font-size:12px}
#sequence .faint{fill:var(--faint);font-size:11px}
#sequence .words.left{text-anchor:end}
#sequence .column{text-anchor:middle;font-weight:600}
#sequence .lifeline{stroke:var(--line);stroke-dasharray:3 4}
#sequence .row{fill:transparent}
#sequence .message{cursor:pointer}
#sequence .message:hover .row{fill:var(--ground)}
#sequence .line{fill:none;stroke:var(--accent);stroke-width:1.5}
#sequence .head{fill:var(--accent)}
#sequence .ignored .line{stroke:var(--faint);stroke-dasharray:3 3}
#sequence .ignored .head,#sequence .ignored .words{fill:var(--faint)}
#timeline svg{display:block;width:100%;height:84px}
.mark{cursor:pointer}
.mark.failure{fill:var(--error)}
.mark.reconnect{fill:var(--connecting)}
.ends{display:flex;justify-content:space-between}
.legend{display:flex;flex-wrap:wrap;gap:4px 14px;margin-top:6px}
meter{width:120px;height:14px;vertical-align:middle;margin-right:8px}
.errors button{text-align:left;border-color:transparent;width:100%}
@media (max-width:820px){
body{height:auto;padding:6px}
main{display:flex;flex-direction:column}
#chart{flex:none;height:56vh}
#log,#sequence{flex:none;height:52vh}
header h1{width:100%}
header nav{margin-left:0}
button,select,input{min-height:36px}
.entry .who{display:none}
meter{width:64px}
}
`;

function properties(colours: Readonly<Record<string, string>>): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}
