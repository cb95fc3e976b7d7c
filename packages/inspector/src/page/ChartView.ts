import type { ChartDescription } from '../chartOf.ts';
import type { Shared } from './Choice.ts';
import type { Drawings, Drawn } from './Drawings.ts';
import { found, write } from './dom.ts';
import { activeStates, nameOf, pathOf } from './model/describe.ts';
import type { ModelActor } from './model/Model.ts';
import { PanZoom } from './PanZoom.ts';

/** The chart of the actor that is chosen, drawn by the server; what is active and what was taken is shown by classes. */
export class ChartView {
  readonly #shared: Shared;
  readonly #frame = found('#chart', HTMLElement);
  readonly #title = found('#chart-title', HTMLElement);
  readonly #words = found('#chart-words', HTMLElement);
  readonly #panZoom = new PanZoom(this.#frame);
  readonly #drawings: Drawings;
  #shown: Drawn | undefined;
  #taken: string | undefined;
  #stands: string | undefined;

  constructor(shared: Shared, drawings: Drawings) {
    this.#shared = shared;
    this.#drawings = drawings;
  }

  get chart(): ChartDescription | undefined {
    const actor = this.#shared.model.actors.get(this.#shared.choice.actor ?? '');
    return this.#shared.model.charts.get(actor?.identity.chart ?? '');
  }

  render(): void {
    const { choice, model } = this.#shared;
    const actor = model.actors.get(choice.actor ?? '');
    if (actor === undefined) return this.#say('Choose a cell above, or an entry of the log.', 'No actor');
    const { value } = model.standingAt(actor, choice.moment);
    const chart = this.chart;
    if (chart === undefined) return this.#say('This actor has no chart: it is no machine.', nameOf(actor));
    write(this.#title, nameOf(actor));
    write(this.#words, pathOf(value));
    this.#show(chart);
    const svg = this.#shown;
    if (!(svg instanceof SVGSVGElement)) return;
    const stands = JSON.stringify([actor.identity.actor, value]);
    if (this.#stands !== stands) this.#light(svg, activeStates(chart, value));
    this.#stands = stands;
    this.#mark(svg, actor);
  }

  /** And follows the innermost active state. */
  #light(svg: SVGSVGElement, active: ReadonlySet<string>): void {
    let innermost: SVGElement | undefined;
    for (const state of svg.querySelectorAll<SVGElement>('[data-state]')) {
      const isActive = active.has(state.dataset['state'] ?? '');
      state.classList.toggle('active', isActive);
      if (isActive) innermost = state;
    }
    if (innermost instanceof SVGGraphicsElement) this.#panZoom.reveal(innermost);
  }

  /** What to the chosen actor happened last is marked, and flashes when it is new. */
  #mark(svg: SVGSVGElement, actor: ModelActor): void {
    const { choice, model } = this.#shared;
    const number = actor.entries.findLast(
      (candidate) =>
        (choice.moment === null || candidate <= choice.moment) && model.entry(candidate)?.kind === 'transition',
    );
    const record = number === undefined ? undefined : model.entry(number);
    const taken = `${actor.identity.actor} ${number}`;
    if (this.#taken === taken) return;
    this.#taken = taken;
    const ids = new Set(
      record?.kind === 'transition' ? record.microsteps.flatMap(({ transitions }) => transitions) : [],
    );
    for (const old of svg.querySelectorAll('.taken')) old.classList.remove('taken');
    for (const part of svg.querySelectorAll<SVGElement>('[data-transition]')) {
      if (!ids.has(part.dataset['transition'] ?? '')) continue;
      flash(part);
      const { arrow } = part.dataset;
      const line = arrow === undefined ? null : svg.querySelector(`.arrow[data-arrow="${CSS.escape(arrow)}"]`);
      if (line) flash(line);
    }
  }

  #show(chart: ChartDescription): void {
    const drawn = this.#drawings.of(chart) ?? 'Drawing…';
    if (this.#shown === drawn) return;
    this.#shown = drawn;
    this.#taken = undefined;
    this.#stands = undefined;
    this.#frame.replaceChildren(drawn);
    if (drawn instanceof SVGSVGElement) this.#panZoom.show(drawn);
  }

  #say(words: string, title: string): void {
    this.#shown = undefined;
    this.#taken = undefined;
    write(this.#title, title);
    write(this.#words, '');
    this.#frame.replaceChildren(words);
  }
}

const flashing = new WeakMap<Element, Animation>();
const flashMs = 900;
/** Three changes, and no picture between them: a chart is repainted for each, and events may come faster than this ends. */
const flashes = [0.15, 1, 0.4, 1].map((opacity, index) => ({ opacity, offset: index * 0.2, easing: 'step-end' }));
const isCalm = matchMedia('(prefers-reduced-motion: reduce)');

function flash(part: Element): void {
  part.classList.add('taken');
  if (isCalm.matches || flashing.get(part)?.playState === 'running') return;
  flashing.set(part, part.animate(flashes, flashMs));
}
