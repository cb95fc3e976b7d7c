import type { FigureKey, Figures } from '../figures/Figures.ts';
import { interpreted } from '../machines/actors.ts';
import { handWritten } from '../machines/handWrittenMachines.ts';
import type { MachineKind } from '../machines/Machines.ts';
import { machineKinds } from '../machines/machineKinds.ts';
import type { MarkdownTable } from '../report/markdown.ts';
import { count, perSecond, short, times } from '../report/numbers.ts';
import { beamMixedNs } from '../targets/beam.ts';
import { type Pattern, patterns } from './eventsPlan.ts';

const patternNames: Readonly<Record<Pattern, string>> = {
  success: 'success',
  failureSuccess: 'failure/success',
  connection: 'connected/disconnected',
};

export function eventsTables(figures: Figures): MarkdownTable[] {
  return [hotTable(figures), mixedTable(figures)];
}

function hotTable(figures: Figures): MarkdownTable {
  const keyOf = (what: Pattern, { name: who }: MachineKind): FigureKey => ({
    section: 'events',
    what,
    who,
    instances: 1,
  });
  const cell = (pattern: Pattern, kind: MachineKind): string => {
    const [key, base] = [keyOf(pattern, kind), keyOf(pattern, interpreted)];
    const [ns, ratio] = [figures.medianOf(key), figures.ratioOf(base, key)];
    return ns === undefined || !ratio ? '–' : `${times(ratio.median)} · ${perSecond(ns)}`;
  };
  return {
    title: 'Events, one instance',
    note: "How many times as fast as XState's interpreter, and events a second of processor time.",
    heading: ['', ...patterns.map((pattern) => patternNames[pattern])],
    rows: measured(figures, patterns[0]).map((kind) => [kind.label, ...patterns.map((pattern) => cell(pattern, kind))]),
  };
}

function mixedTable(figures: Figures): MarkdownTable {
  const keyOf = (instances: number, { name: who }: MachineKind): FigureKey => ({
    section: 'events',
    what: 'mixed',
    who,
    instances,
  });
  const sizes = figures.sizesOf({ section: 'events', what: 'mixed', who: handWritten.name });
  const cell = (instances: number, kind: MachineKind): string => {
    const [key, base] = [keyOf(instances, kind), keyOf(instances, handWritten)];
    const [ns, ratio] = [figures.medianOf(key), figures.ratioOf(key, base)];
    return ns === undefined || !ratio ? '–' : `${times(ratio.median)} · ${short(ns)} ns`;
  };
  const beam = ['the original on BEAM, as recorded', ...sizes.map((size) => nsOrNothing(beamMixedNs.get(size)))];
  const rows = measured(figures, 'mixed').map((kind) => [kind.label, ...sizes.map((size) => cell(size, kind))]);
  return {
    title: 'Mixed events, many instances',
    note:
      'Connecting, connected, disconnected, failure and success at random, each to one of so many instances, looked up by its id. How ' +
      'many times as long as the hand-written class, and processor time of an event.',
    heading: ['instances', ...sizes.map(count)],
    rows: rows.length === 0 ? [] : [...rows, beam],
  };
}

function measured(figures: Figures, what: string): MachineKind[] {
  return machineKinds.filter(({ name: who }) => figures.sizesOf({ section: 'events', what, who }).length > 0);
}

function nsOrNothing(ns: number | undefined): string {
  return ns === undefined ? '–' : `${count(ns)} ns`;
}
