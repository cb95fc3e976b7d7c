import type { Shared } from './Choice.ts';
import { found, make, makeSvg, timeOf } from './dom.ts';
import { nameOf } from './model/describe.ts';
import type { ModelActor } from './model/Model.ts';
import { type Timeline, timelineOf } from './model/timeline.ts';
import { colourOf } from './statusColours.ts';

const width = 1_000;
const bandHeight = 26;

/** How the status of the chosen instance went, with failures and reconnects. */
export class TimelineView {
  readonly #shared: Shared;
  readonly #place = found('#timeline', HTMLElement);
  #said = '';

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#place.addEventListener('click', ({ target }) => {
      const mark = target instanceof Element ? target.closest<SVGElement>('[data-entry]') : null;
      if (mark) shared.choice.choose(shared.choice.actor, Number(mark.dataset['entry']));
    });
  }

  render(untilMs: number): void {
    const { choice, model } = this.#shared;
    const chosen = model.actors.get(choice.actor ?? '');
    const root = chosen && model.actors.get(chosen.identity.system);
    const actor = root ?? chosen;
    const said = JSON.stringify([
      choice.actor,
      choice.moment,
      actor?.entries.at(-1),
      choice.moment === null ? Math.floor(untilMs / 1_000) : 0,
    ]);
    if (said === this.#said) return;
    this.#said = said;
    if (actor === undefined) return this.#place.replaceChildren('Choose an actor.');
    this.#place.replaceChildren(...draw(actor, timelineOf(model, actor, { moment: choice.moment, untilMs })));
  }
}

function draw(actor: ModelActor, { bands, marks, meanTimeToRecoverMs, outages }: Timeline): readonly (Node | string)[] {
  const [first, last] = [bands[0], bands.at(-1)];
  if (first === undefined || last === undefined) return ['Nothing has happened so far.'];
  const span = Math.max(1, last.toMs - first.fromMs);
  const place = (atMs: number): number => ((atMs - first.fromMs) / span) * width;
  const boxes = bands.map(({ fromMs, status, toMs }) =>
    makeSvg(
      'rect',
      {
        x: place(fromMs),
        y: 22,
        width: Math.max(1.5, place(toMs) - place(fromMs)),
        height: bandHeight,
        fill: colourOf(status),
      },
      makeSvg('title', {}, `${status}, ${lengthOf(toMs - fromMs)}, from ${timeOf(fromMs)}`),
    ),
  );
  const signs = marks.map(({ atMs, kind, name, number }) => {
    const [x, y] = [place(atMs), kind === 'failure' ? 14 : 56];
    const d = kind === 'failure' ? `M${x - 4} ${y - 8}h8L${x} ${y}z` : `M${x - 4} ${y + 8}h8L${x} ${y}z`;
    return makeSvg(
      'path',
      { class: `mark ${kind}`, d, 'data-entry': number },
      makeSvg('title', {}, `${name}, ${timeOf(atMs)}`),
    );
  });
  const svg = makeSvg(
    'svg',
    {
      viewBox: `-6 0 ${width + 12} 70`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': `Status of ${nameOf(actor)} over time`,
    },
    ...boxes,
    ...signs,
  );
  const failures = marks.filter(({ kind }) => kind === 'failure').length;
  const facts = [
    `outages ${outages}`,
    `MTTR ${meanTimeToRecoverMs === null ? 'unknown' : lengthOf(meanTimeToRecoverMs)}`,
    `failures ${failures} (above)`,
    `reconnects ${marks.length - failures} (below)`,
  ];
  return [
    make('h3', {}, nameOf(actor)),
    svg,
    make('p', { class: 'ends' }, make('time', {}, timeOf(first.fromMs)), make('time', {}, timeOf(last.toMs))),
    make('p', {}, facts.join(' · ')),
    legend(bands.map(({ status }) => status)),
  ];
}

function legend(statuses: readonly string[]): HTMLElement {
  const items = [...new Set(statuses)].map((status) => {
    const swatch = make('span', { class: 'swatch' });
    swatch.style.background = colourOf(status);
    return make('li', {}, swatch, status);
  });
  return make('ul', { class: 'legend' }, ...items);
}

function lengthOf(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}
