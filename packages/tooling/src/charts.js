import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Chart, layoutChart, renderMermaid, renderSvg } from '@holdfast/chart';
import { instanceMachine, reconnectMachine } from 'holdfast';

/** The charts that the docs show, by the name of their files. */
const machines = { instance: instanceMachine, reconnect: reconnectMachine };
export const chartsFolder = fileURLToPath(new URL('../../core/docs/charts/', import.meta.url));

/**
 * Each machine as SVG and Mermaid, from the machine itself: what the docs have to show.
 * @returns {Promise<ReadonlyMap<string, string>>} The text of each file, by its name.
 */
export async function chartDocuments() {
  /** @type {Map<string, string>} */
  const documents = new Map();
  for (const [name, machine] of Object.entries(machines)) {
    const chart = new Chart(machine);
    documents.set(`${name}.svg`, renderSvg(await layoutChart(chart)));
    documents.set(`${name}.mmd`, renderMermaid(chart));
  }
  return documents;
}

/** Writes them: `npm run charts`. */
async function writeCharts() {
  for (const [name, text] of await chartDocuments()) {
    const path = join(chartsFolder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(path);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeCharts();
