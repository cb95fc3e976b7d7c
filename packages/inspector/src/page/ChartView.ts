import type { ChartDescription } from '../chartOf.ts';
import type { Shared } from './Choice.ts';
import type { Drawings, Drawn } from './Drawings.ts';
import { found } from './dom.ts';
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
    this.#title.textContent = nameOf(actor);
    this.#words.textContent = pathOf(value);
    this.#show(chart);
    const svg = this.#frame.querySelector('svg');
    if (svg === null) return;
    const active = activeStates(chart, value);
    for (const state of svg.querySelectorAll<SVGElement>('[data-state]'))
      state.classList.toggle('active', active.has(state.dataset['state'] ?? ''));
    this.#mark(svg, actor);
    this.#reveal(svg, JSON.stringify([actor.identity.actor, value]));
  }

  /** Follows the innermost active state, when another is. */
  #reveal(svg: SVGSVGElement, stands: string): void {
    if (this.#stands === stands) return;
    this.#stands = stands;
    const innermost = [...svg.querySelectorAll('.active')].at(-1);
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
    this.#frame.replaceChildren(drawn);
    if (drawn instanceof SVGSVGElement) this.#panZoom.show(drawn);
  }

  #say(words: string, title: string): void {
    this.#shown = undefined;
    this.#taken = undefined;
    this.#title.textContent = title;
    this.#words.textContent = '';
    this.#frame.replaceChildren(words);
  }
}

function flash(part: Element): void {
  part.classList.add('taken');
  for (const animation of part.getAnimations()) {
    animation.cancel();
    animation.play();
  }
}
