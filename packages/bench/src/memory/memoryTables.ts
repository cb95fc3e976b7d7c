import { handWrittenCalls } from '../calls/handWrittenCalls.ts';
import { interpretedCalls, messagingCalls } from '../calls/messagings.ts';
import type { FigureKey, Figures } from '../figures/Figures.ts';
import { type Population, populationLabels, populations } from '../fleet/populations.ts';
import type { MarkdownTable } from '../report/markdown.ts';
import { count, perSecond, short, times } from '../report/numbers.ts';
import { beam } from '../targets/beam.ts';

export function memoryTables(figures: Figures): MarkdownTable[] {
  return [heapTable(figures), callsTable(figures), sendingTable(figures)];
}

const heapKey = (who: string, instances: number): FigureKey => ({ section: 'memory', what: 'heap', who, instances });

function heapTable(figures: Figures): MarkdownTable {
  const sizes = figures.sizesOf({ section: 'memory', what: 'heap', who: 'handWritten' });
  const cell = (who: string, instances: number): string => {
    const bytes = figures.medianOf(heapKey(who, instances));
    const ratio = figures.ratioOf(heapKey(who, instances), heapKey('handWritten', instances));
    return bytes === undefined || !ratio ? '–' : `${times(ratio.median)} · ${count(Math.round(bytes))}`;
  };
  const row = (who: Population): string[] => {
    const isMeasured = figures.sizesOf({ section: 'memory', what: 'heap', who }).length > 0;
    return [populationLabels[who], ...sizes.map((size) => (isMeasured ? cell(who, size) : 'not available'))];
  };
  const { hibernatedBytes, idleBytes, subtreeBytes } = beam;
  const beamRow = `${count(idleBytes)} idle, ${count(hibernatedBytes)} hibernated, ${count(subtreeBytes)} with its children`;
  return {
    title: 'Bytes an instance',
    note: `Live heap, and how many times that of an object of the hand-written class in its Map. The original on BEAM: ${beamRow}.`,
    heading: ['instances', ...sizes.map(count)],
    rows:
      sizes.length === 0
        ? []
        : [...populations.map(row), [handWrittenCalls.label, ...sizes.map((size) => cell('handWritten', size))]],
  };
}

const calls = [
  { what: 'start', label: 'starts' },
  { what: 'stop', label: 'stops' },
  { what: 'status', label: 'status' },
  { what: 'health', label: 'health snapshots' },
] as const;

function callsTable(figures: Figures): MarkdownTable {
  const kinds = [messagingCalls, interpretedCalls, handWrittenCalls];
  const sizes = figures.sizesOf({ section: 'memory', what: 'start', who: messagingCalls.name });
  const cellOf = (what: string, who: string, instances: number): string => {
    const key: FigureKey = { section: 'memory', what, who, instances };
    const figure = figures.medianOf(key);
    const ratio = figures.ratioOf(key, { ...key, who: handWrittenCalls.name });
    if (figure === undefined || !ratio) return '–';
    return `${times(ratio.median)} · ${what === 'list' ? `${short(figure)} ms` : perSecond(figure)}`;
  };
  return {
    title: 'Calls to instances without a channel',
    note:
      'How many times as long as the hand-written class, and calls a second of processor time. The list is that of the health of all, ' +
      `and its processor time. The original on BEAM: status ${perSecond(1e9 / beam.statusPerSecond)}, health snapshots ` +
      `${perSecond(1e9 / beam.healthPerSecond)}, start and stop ${perSecond(1e9 / beam.startAndStopPerSecond)}, the list of 100,000 ` +
      `${count(beam.list100kMs)} ms.`,
    heading: ['', 'instances', ...calls.map(({ label }) => label), 'list'],
    rows: sizes.flatMap((size) =>
      kinds.map(({ label, name }) => [
        label,
        count(size),
        ...calls.map(({ what }) => cellOf(what, name, size)),
        cellOf('list', name, size),
      ]),
    ),
  };
}

function sendingTable(figures: Figures): MarkdownTable {
  const sizes = figures.sizesOf({ section: 'memory', what: 'send', who: 'server' });
  const rateOf = (instances: number): string => {
    const ns = figures.medianOf({ section: 'memory', what: 'send', who: 'server', instances });
    return ns === undefined ? '–' : perSecond(ns);
  };
  return {
    title: 'Messages',
    note: `From \`enqueue\` to the receipt, over a channel within the process; a second of processor time. The original on BEAM: ${perSecond(1e9 / beam.messagesPerSecond)}.`,
    heading: ['instances', ...sizes.map(count)],
    rows: sizes.length === 0 ? [] : [['Holdfast', ...sizes.map(rateOf)]],
  };
}
