import { createHash } from 'node:crypto';
import { escapeXml, layoutChart, renderSvg } from '@holdfast/chart';
import { reportCoverage } from '../../chart/index.ts';
import type { SavedCoverage } from '../savedCoverage.ts';
import { marksOf } from './marks.ts';
import { pageScript } from './pageScript.ts';
import { pageStyle } from './pageStyle.ts';
import { renderChart, renderSummary, type ShownChart } from './sections.ts';

/**
 * A page of HTML that shows what was gone through of each chart: one file that asks nothing of any host, and runs no script and no style but
 * its own. The same coverage gives the same page.
 */
export async function coveragePage(charts: readonly SavedCoverage[]): Promise<string> {
  const shown: ShownChart[] = [];
  for (const { chart, recorded } of charts) {
    const marks = marksOf(recorded);
    const svg = renderSvg(await layoutChart(chart), {
      markState: marks.state,
      markTransition: marks.transition,
      isFocusable: true,
      withStyle: false,
    });
    shown.push({ chart, recorded, report: reportCoverage(chart, recorded), svg });
  }
  return renderPage(shown);
}

function renderPage(charts: readonly ShownChart[]): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(pageStyle)}'`,
    `script-src '${hashOf(pageScript)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const nothing = '<p class="empty">No coverage was recorded: no test file has called saveCoverage.</p>';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeXml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Coverage of charts</title>
<style>${pageStyle}</style>
</head>
<body>
<a class="skip" href="#charts">To the charts</a>
<header class="top">
<h1>Coverage of charts</h1>
<label class="search"><span class="hidden">Filter by name</span><input id="filter" type="search" placeholder="Filter by name" autocomplete="off"></label>
<button id="theme" type="button" aria-pressed="false">Dark</button>
</header>
<main>
${charts.length === 0 ? nothing : renderSummary(charts)}
<div id="charts">
${charts.map(renderChart).join('\n')}
</div>
</main>
<div id="tip" role="status" hidden></div>
<script>${pageScript}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
