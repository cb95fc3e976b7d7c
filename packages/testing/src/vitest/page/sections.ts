import { type ChartShape, escapeXml } from '@holdfast/chart';
import { type CoverageReport, type Covered, pairOf, possiblePairs, type RecordedCoverage } from '../../chart/index.ts';
import { signs } from './marks.ts';

export interface ShownChart {
  readonly chart: ChartShape;
  readonly recorded: RecordedCoverage;
  readonly report: CoverageReport;
  readonly svg: string;
}

const measures = [
  ['states', 'States'],
  ['transitions', 'Transitions'],
  ['guards', 'Guard outcomes'],
  ['pairs', 'Pairs'],
] as const;

/** What all charts come to together, and each of them. */
export function renderSummary(charts: readonly ShownChart[]): string {
  const tiles = measures.map(([measure, title]) => {
    const parts = charts.map(({ report }) => report[measure]);
    return `<div class="tile"><h2>${title}</h2>${renderCovered(add(parts))}</div>`;
  });
  const rows = charts.map(({ report }, index) => {
    const cells = measures.map(
      ([measure, title]) => `<td data-label="${title}">${renderCovered(report[measure])}</td>`,
    );
    return `<tr><th scope="row"><a href="#chart-${index}">${escapeXml(report.chart)}</a></th>${cells.join('')}</tr>`;
  });
  const heads = measures.map(([, title]) => `<th scope="col">${title}</th>`).join('');
  const table = `<table><thead><tr><th scope="col">Chart</th>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return `<section class="summary" aria-label="All charts"><div class="tiles">${tiles.join('')}</div>${charts.length > 1 ? table : ''}</section>`;
}

function add(parts: readonly Covered[]): Pick<Covered, 'covered' | 'total' | 'percent'> {
  const covered = parts.reduce((sum, part) => sum + part.covered, 0);
  const total = parts.reduce((sum, part) => sum + part.total, 0);
  return { covered, total, percent: total === 0 ? 100 : (covered / total) * 100 };
}

function renderCovered({ covered, percent, total }: Pick<Covered, 'covered' | 'total' | 'percent'>): string {
  // Rounded down: 100 % is said only of all.
  const bar = `<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="6"/><rect class="value" width="${percent.toFixed(1)}" height="6"/></svg>`;
  return `<p class="figure"><b>${Math.floor(percent)} %</b> <span>${covered} of ${total}</span></p>${bar}`;
}

const words = { taken: 'gone through', half: 'one outcome of the guard never seen', never: 'never' } as const;
const legend = (['taken', 'half', 'never'] as const)
  .map((kind) => `<span class="key ${kind}"><b aria-hidden="true">${signs[kind]}</b> ${words[kind]}</span>`)
  .join('');

export function renderChart(shown: ShownChart, index: number): string {
  const { chart, report, svg } = shown;
  const name = escapeXml(chart.id);
  const figures = measures
    .map(([measure, title]) => `<div><h3>${title}</h3>${renderCovered(report[measure])}</div>`)
    .join('');
  return `<article class="card" id="chart-${index}" aria-labelledby="name-${index}">
<h2 id="name-${index}">${name}</h2>
<div class="figures">${figures}</div>
<div class="frame">
<div class="tools"><p class="legend">${legend}</p><div class="zoom" role="group" aria-label="Zoom"><button type="button" data-zoom="out" aria-label="Smaller">−</button><button type="button" data-zoom="in" aria-label="Larger">+</button><button type="button" data-zoom="fit">Fit</button><button type="button" data-zoom="full">1:1</button></div></div>
<div class="view" tabindex="0" role="region" aria-label="Drawing of ${name}">
${svg}</div>
</div>
${renderMissing(shown)}
</article>`;
}

function renderMissing({ chart, recorded, report }: ShownChart): string {
  const { guards, pairs, states, transitions } = report;
  // Of each name the id, for the way to it in the drawing.
  const stateIds = new Map(chart.states.map(({ id, name }) => [name, id]));
  const transitionIds = new Map(chart.transitions.map(({ id, name }) => [name, id]));
  const ofTransition = (name: string): string => find('transition', transitionIds.get(name), name);
  const lists = [
    list(
      'States never entered',
      states.missing.map((name) => find('state', stateIds.get(name), name)),
    ),
    list('Transitions never taken', transitions.missing.map(ofTransition)),
    list(
      'Guard outcomes never seen',
      guards.missing.map((name) =>
        find('transition', transitionIds.get(name.replace(/: (?:holds|does not hold)$/, '')), name),
      ),
    ),
    pairs.missing.length === 0 ? '' : renderPairs(chart, recorded, pairs.missing.length),
  ].filter((part) => part !== '');
  if (lists.length === 0) return '<p class="all">Everything was gone through.</p>';
  return `<div class="missing">${lists.join('')}</div>`;
}

/** A way to something in the drawing. */
function find(kind: 'state' | 'transition', id: string | undefined, name: string): string {
  const place = id === undefined ? '' : ` data-kind="${kind}" data-id="${escapeXml(id)}"`;
  return `<li data-name="${escapeXml(name)}"><button type="button" class="find"${place}>${escapeXml(name)}</button></li>`;
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `<details${items.length <= 60 ? ' open' : ''}><summary>${title} <span class="count">${items.length}</span></summary><ul>${items.join('')}</ul></details>`;
}

/** By the transition that comes first: there are many. */
function renderPairs(chart: ChartShape, recorded: RecordedCoverage, count: number): string {
  const missing = new Map<string, string[]>();
  for (const [first, second] of possiblePairs(chart)) {
    if (Object.hasOwn(recorded.pairs, pairOf(first.id, second.id))) continue;
    missing.set(first.name, [...(missing.get(first.name) ?? []), second.name]);
  }
  const groups = [...missing].map(([first, seconds]) => {
    const items = seconds.map(
      (second) => `<li data-name="${escapeXml(`${first}, then ${second}`)}">${escapeXml(second)}</li>`,
    );
    return `<details class="group"><summary>${escapeXml(first)}, then never <span class="count">${seconds.length}</span></summary><ul>${items.join('')}</ul></details>`;
  });
  return `<details class="pairs"><summary>Pairs never seen, of those that the chart allows <span class="count">${count}</span></summary>${groups.join('')}</details>`;
}
