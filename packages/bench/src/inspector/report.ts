import { tableOf, wrapped } from '../report/table.ts';
import type { InspectorPlan } from './plan.ts';
import { type Aim, aimsOf, type Contestant, type LocalFigures } from './summary.ts';

/** What is measured, and where. */
export interface Surroundings {
  readonly node: string;
  readonly cores: number;
  /** Processes that wanted to run in the minute before, on average. */
  readonly load: number;
}

export function headerOf({ cores, load, node }: Surroundings, plan: InspectorPlan): string {
  const { actors, eventsPerSecond, seconds } = plan;
  const how =
    `${count(actors)} instances in one process get ${count(eventsPerSecond)} events a second for ${seconds} s: failures, successes, ` +
    'outages. In turns: with nobody who watches; with the inspector, whose page is open in headless Chromium and used by somebody who ' +
    'chooses one actor after the other; with @statelyai/inspect, its relay (held on 127.0.0.1) and its receiver, which only counts.';
  return `Watching, side by side. Node ${node}, ${cores} cores, load ${load.toFixed(1)} before it began.\n\n${wrapped(how)}\n\n`;
}

export function reportOf(figures: LocalFigures, contestants: readonly Contestant[]): string {
  return `${[
    tableOf(['The page', ''], pageRows(figures)),
    tableOf(['Memory, MB', 'highest', 'kB/s', 'in use at 1/4', 'at the end'], memoryRows(figures, contestants)),
    tableOf(['Buffers', 'highest', 'bound', ''], fillRows(figures)),
    tableOf(['Side by side', 'events/s', 'app CPU us', 'relay CPU us', 'delivered', 'bytes'], contestants.map(rowOf)),
    `Aims\n${aimsOf(figures).map(aimLine).join('\n')}`,
  ].join('\n\n')}\n`;
}

function pageRows({ firstChartMs, frameMs, framesPerSecond, lagMs }: LocalFigures): readonly (readonly string[])[] {
  const ms = (figure: number): string => `${figure.toFixed(0)} ms`;
  return [
    ['frames a second', framesPerSecond.toFixed(1)],
    ['from a frame to the next, p95', `${frameMs.p95.toFixed(1)} ms`],
    ['at worst', ms(frameMs.worst)],
    ['click to chart: the first of all', ms(firstChartMs.cold)],
    ['another actor under load, p50', ms(firstChartMs.warm)],
    ['at worst', ms(firstChartMs.warmWorst)],
    ['a chart that has just come, under load', ms(firstChartMs.fresh)],
    ['a record is on the page after, p50', ms(lagMs.p50)],
    ['p95', ms(lagMs.p95)],
  ];
}

function memoryRows({ page }: LocalFigures, contestants: readonly Contestant[]): readonly (readonly string[])[] {
  const apps = contestants.flatMap(({ app, label }) => (app ? [{ label: `app: ${label}`, growth: app }] : []));
  return [...apps, { label: 'page', growth: page }].map(({ growth, label }) => [
    label,
    mega(growth.highest),
    (growth.slope / 1024).toFixed(0),
    mega(growth.leftEarly),
    mega(growth.leftEnd),
  ]);
}

function fillRows({ fills }: LocalFigures): readonly (readonly string[])[] {
  return fills.map(({ bound, highest, name, unit }) => [name, count(highest), count(bound), unit]);
}

function rowOf({ bytesPerEvent, cpu, delivered, eventsPerSecond, label }: Contestant): readonly string[] {
  return [
    label,
    count(eventsPerSecond),
    cpu.app.toFixed(1),
    cpu.relay === 0 ? '' : cpu.relay.toFixed(1),
    delivered === null ? '' : `${(delivered * 100).toFixed(1)} %`,
    bytesPerEvent === null ? '' : count(bytesPerEvent),
  ];
}

function aimLine({ isMet, reached, words }: Aim): string {
  return wrapped(`${isMet ? 'met   ' : 'missed'} ${words}: ${reached}`, { first: 2, rest: 9 });
}

function count(figure: number): string {
  return Math.round(figure).toLocaleString('en');
}

function mega(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
