import type { Shared } from './Choice.ts';
import { found, make, timeOf } from './dom.ts';
import { nameOf } from './model/describe.ts';
import { type Health, healthOf } from './model/health.ts';

const mostRestarts = 5;

/** Counters, queue, restarts and last errors of the chosen instance. */
export class HealthView {
  readonly #shared: Shared;
  readonly #place = found('#health', HTMLElement);
  #said = '';

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#place.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest<HTMLElement>('[data-entry]') : null;
      if (button) shared.choice.choose(shared.choice.actor, Number(button.dataset['entry']));
    });
  }

  render(): void {
    const { choice, model } = this.#shared;
    const chosen = model.actors.get(choice.actor ?? '');
    const actor = chosen && (model.actors.get(chosen.identity.system) ?? chosen);
    const said = JSON.stringify([choice.actor, choice.moment, actor?.entries.at(-1)]);
    if (said === this.#said) return;
    this.#said = said;
    if (actor === undefined) return this.#place.replaceChildren('Choose an actor.');
    const health = healthOf(model, actor, choice.moment);
    this.#place.replaceChildren(
      make('h3', {}, nameOf(actor)),
      queueOf(health),
      restartsOf(health),
      listOf(health),
      errorsOf(health),
    );
  }
}

function queueOf({ queue }: Health): HTMLElement {
  if (queue === null) return make('p', {}, 'Queue: its pressure has not changed, it is normal.');
  const meter = make('meter', {
    min: '0',
    max: String(queue.capacity),
    value: String(queue.depth),
    high: String(queue.capacity * 0.85),
    'aria-label': 'Queue depth',
  });
  return make('p', {}, 'Queue ', meter, ` ${queue.depth} of ${queue.capacity} when it became ${queue.level}`);
}

function restartsOf({ restarts }: Health): HTMLElement {
  const meter = make('meter', {
    min: '0',
    max: String(mostRestarts),
    value: String(restarts),
    high: '3',
    'aria-label': 'Restart intensity used',
  });
  return make('p', {}, 'Restarts ', meter, ` ${restarts} of ${mostRestarts} in 30 s`);
}

function listOf({ counters, deliveries }: Health): HTMLElement {
  const rows = [...counters, ...deliveries.map(([name, count]) => [name, String(count)] as const)];
  const body = rows.map(([name, value]) => make('tr', {}, make('th', { scope: 'row' }, name), make('td', {}, value)));
  return make('table', {}, make('tbody', {}, ...body));
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
