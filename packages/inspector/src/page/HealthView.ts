import type { Shared } from './Choice.ts';
import { found, make, timeOf } from './dom.ts';
import { nameOf } from './model/describe.ts';
import { type Health, healthOf, type Vitals } from './model/health.ts';
import type { ModelActor } from './model/Model.ts';

const asksEveryMs = 1_000;

/** Counters, queue, restarts and last errors of the chosen instance. */
export class HealthView {
  readonly #shared: Shared;
  readonly #place = found('#health', HTMLElement);
  #said = '';
  #vitals: Vitals | null = null;
  #vitalsOf: string | undefined;

  constructor(shared: Shared, onChange: () => void) {
    this.#shared = shared;
    this.#place.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest<HTMLElement>('[data-entry]') : null;
      if (button) shared.choice.choose(shared.choice.actor, Number(button.dataset['entry']));
    });
    setInterval(() => {
      const isSeen = this.#place.offsetParent !== null && !document.hidden;
      if (isSeen) void this.#ask().then(onChange);
    }, asksEveryMs);
  }

  render(nowMs: number): void {
    const { choice, model } = this.#shared;
    const actor = this.#instance();
    if (this.#vitalsOf !== actor?.identity.actor || choice.moment !== null) this.#vitals = null;
    const seconds = choice.moment === null ? Math.floor(nowMs / 1_000) : 0;
    const said = JSON.stringify([choice.actor, choice.moment, actor?.entries.at(-1), seconds, this.#vitals]);
    if (said === this.#said) return;
    this.#said = said;
    if (actor === undefined) return this.#place.replaceChildren('Choose an actor.');
    const health = healthOf(model, actor, { moment: choice.moment, nowMs, vitals: this.#vitals });
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['entry'] : undefined;
    this.#place.replaceChildren(
      make('h3', {}, nameOf(actor)),
      make('table', {}, make('tbody', {}, queueOf(health), ...restartsOf(health), ...countsOf(health))),
      make('h3', {}, 'Last errors'),
      errorsOf(health),
    );
    if (focused !== undefined) this.#place.querySelector<HTMLElement>(`[data-entry="${focused}"]`)?.focus();
  }

  #instance(): ModelActor | undefined {
    const { choice, model } = this.#shared;
    const chosen = model.actors.get(choice.actor ?? '');
    return chosen && (model.actors.get(chosen.identity.system) ?? chosen);
  }

  /** What no record tells: how full the queue is now. */
  async #ask(): Promise<void> {
    const { choice, model } = this.#shared;
    const actor = this.#instance();
    if (actor === undefined || choice.moment !== null || !model.isLive(actor)) return;
    const { actor: name } = actor.identity;
    const response = await fetch('/vitals', { method: 'POST', body: name }).catch(() => undefined);
    this.#vitals = response?.status === 200 ? await response.json() : null;
    this.#vitalsOf = name;
  }
}

function queueOf({ queue }: Health): HTMLElement {
  if (queue === null) return row('Queue', 'nothing is known of one');
  const { capacity, depth, isNow, level } = queue;
  const words = isNow ? `, pressure ${level}` : ` when its pressure became ${level}`;
  const meter = meterOf('Queue depth', { value: depth, max: capacity, high: capacity * 0.85 });
  return row('Queue', meter, `${depth} of ${capacity}${words}`);
}

function restartsOf({ intensity, restarts }: Health): readonly HTMLElement[] {
  const { maxRestarts: max, windowMs } = intensity;
  return restarts.map(({ name, used }) => {
    const meter = meterOf(name, { value: used, max, high: max * 0.6 });
    return row(name, meter, `${used} of ${max} within ${windowMs / 1_000} s`);
  });
}

function countsOf({ counters, deliveries }: Health): readonly HTMLElement[] {
  return [...counters, ...deliveries].map(([name, value]) => row(name, String(value)));
}

function row(name: string, ...value: readonly (Node | string)[]): HTMLElement {
  return make('tr', {}, make('th', { scope: 'row' }, name), make('td', {}, ...value));
}

function meterOf(name: string, bounds: Readonly<Record<'value' | 'max' | 'high', number>>): HTMLElement {
  const { high, max, value } = bounds;
  return make('meter', { 'aria-label': name, value: String(value), max: String(max), high: String(high) });
}

function errorsOf({ errors }: Health): HTMLElement {
  if (errors.length === 0) return make('p', { class: 'faint' }, 'No errors so far.');
  const items = errors.map(({ atMs, number, words }) =>
    make(
      'li',
      {},
      make('button', { type: 'button', 'data-entry': String(number) }, make('time', {}, timeOf(atMs)), ` ${words}`),
    ),
  );
  return make('ul', { class: 'errors' }, ...items);
}
