const tabs = [
  ['panel-log', 'Log'],
  ['panel-moment', 'State'],
  ['panel-sequence', 'Sequence'],
  ['panel-timeline', 'Timeline'],
  ['panel-health', 'Health'],
] as const;

const tabButtons = tabs.map(([panel, name], index) => {
  const isOpen = index === 0;
  return `<button type="button" role="tab" id="tab-${panel}" aria-controls="${panel}" aria-selected="${isOpen}" tabindex="${isOpen ? 0 : -1}">${name}</button>`;
});

/** The page. Nothing in it is of the program that is shown: that comes over the line. */
export const pageHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Holdfast inspector</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/style.css">
<script type="module" src="/page/main.js"></script>
</head>
<body>
<header>
<h1>Holdfast inspector</h1>
<span id="state" role="status">connecting…</span>
<span id="said" role="status"></span>
<nav aria-label="Session">
<button type="button" id="export">Export session</button>
<button type="button" id="open">Open session…</button>
<input type="file" id="session-file" accept=".json,application/json" hidden aria-label="Session file">
<button type="button" id="theme" aria-label="Light or dark">◐</button>
</nav>
</header>
<section id="fleet" aria-label="Fleet">
<div class="controls">
<input type="search" id="search" placeholder="Search: name, id, channel, status  ( / )" aria-label="Search the fleet" autocomplete="off" spellcheck="false">
<span id="channels"></span>
<span id="counts" role="group" aria-label="By status"></span>
<span id="shown" class="faint"></span>
<span id="tip" class="faint"></span>
</div>
<div class="strip" tabindex="0" role="region" aria-label="Cells of the fleet"><canvas role="img" aria-label="The fleet"></canvas></div>
<ul id="matches" aria-label="Matches"></ul>
</section>
<main>
<section class="card" aria-label="Chart">
<div class="controls">
<h2 id="chart-title">No actor</h2>
<span id="chart-words"></span>
<span class="when"><span id="moment">now</span> <button type="button" id="now" hidden>Back to now (Esc)</button></span>
<span class="buttons">
<button type="button" id="zoom-out" aria-label="Smaller">−</button>
<button type="button" id="zoom-in" aria-label="Larger">+</button>
<button type="button" id="zoom-fit">Fit</button>
<button type="button" id="save-svg">SVG</button>
<button type="button" id="save-mermaid">Mermaid</button>
</span>
</div>
<div id="chart" tabindex="0" role="region" aria-label="Chart: arrows move it, plus and minus scale it, 0 shows all of it"></div>
<form id="send" class="controls" aria-label="Send an event" hidden>
<select id="send-type" aria-label="Event"></select>
<input id="send-fields" placeholder="Fields as JSON, if it has any: {&quot;reason&quot;: &quot;timeout&quot;}" aria-label="Fields as JSON" autocomplete="off" spellcheck="false">
<button type="submit">Send</button>
<span id="send-said" role="status"></span>
</form>
</section>
<section class="card" aria-label="Details">
<div id="tabs" role="tablist" aria-label="Details">${tabButtons.join('')}</div>
<div id="panel-log" role="tabpanel" aria-labelledby="tab-panel-log">
<div class="controls">
<input type="search" id="log-filter" placeholder="Filter: event, state, actor" aria-label="Filter the log" autocomplete="off" spellcheck="false">
<select id="log-scope" aria-label="Whose entries"><option value="family">this one’s</option><option value="all">all</option></select>
<span id="log-count" class="faint"></span>
</div>
<div id="log" role="listbox" tabindex="0" aria-label="Entries: choose one to go back to it"><div id="log-rows" role="presentation"></div></div>
</div>
<div id="panel-moment" role="tabpanel" aria-labelledby="tab-panel-moment" tabindex="0" hidden>
<div id="entry"></div>
<h3>Actors</h3>
<ul id="family"></ul>
<h3>Context</h3>
<div id="context"></div>
</div>
<div id="panel-sequence" role="tabpanel" aria-labelledby="tab-panel-sequence" hidden><div id="sequence" tabindex="0" role="region" aria-label="Sequence"></div></div>
<div id="panel-timeline" role="tabpanel" aria-labelledby="tab-panel-timeline" tabindex="0" hidden><div id="timeline"></div></div>
<div id="panel-health" role="tabpanel" aria-labelledby="tab-panel-health" tabindex="0" hidden><div id="health"></div></div>
</section>
</main>
</body>
</html>
`;

export const pageIcon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect x="1" y="1" width="14" height="14" rx="4" fill="#2f5fd0"/><path d="M4 8h3m2 0h3" stroke="#fff" stroke-width="2"/></svg>';
