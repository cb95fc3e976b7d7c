import type { Json } from '../records.ts';
import type { Shared } from './Choice.ts';
import { found, make, timeOf } from './dom.ts';
import { nameOf, pathOf, plain, titleOf } from './model/describe.ts';
import type { ModelActor } from './model/Model.ts';

const timeKey = /At(?:Ms)?$|sinceMs$/;

/** Where the chosen actor stands: its context and counters, its family, and the entry that was chosen. */
export class MomentView {
  readonly #shared: Shared;
  readonly #context = found('#context', HTMLElement);
  readonly #family = found('#family', HTMLElement);
  readonly #entry = found('#entry', HTMLElement);
  #said = '';

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  render(): void {
    const { choice, model } = this.#shared;
    const actor = model.actors.get(choice.actor ?? '');
    const standing = actor && model.standingAt(actor, choice.moment);
    const family = actor ? model.family(actor.identity.system) : [];
    const standings = family.map((member) => [member.identity.actor, model.standingAt(member, choice.moment).value]);
    const said = JSON.stringify([choice.actor, choice.moment, standing, standings]);
    if (said === this.#said) return;
    this.#said = said;
    const fields = Object.entries(standing?.context ?? {});
    this.#context.replaceChildren(
      ...(fields.length === 0
        ? [make('p', { class: 'faint' }, 'Nothing of its context may be shown.')]
        : [table(fields)]),
    );
    this.#renderFamily(family);
    this.#renderEntry();
  }

  #renderFamily(family: readonly ModelActor[]): void {
    const { choice, model } = this.#shared;
    const items = family.map((member) => {
      const { actor, parent } = member.identity;
      const { ended, value } = model.standingAt(member, choice.moment);
      const words = ended === null ? pathOf(value) : ended;
      const button = make(
        'button',
        { type: 'button', 'aria-pressed': String(actor === choice.actor) },
        `${nameOf(member)} `,
        make('small', {}, words),
      );
      button.addEventListener('click', () => choice.choose(actor));
      return make('li', parent === null ? {} : { class: 'child' }, button);
    });
    this.#family.replaceChildren(...items);
  }

  #renderEntry(): void {
    const { choice, model } = this.#shared;
    const record = choice.moment === null ? undefined : model.entry(choice.moment);
    if (record === undefined) return this.#entry.replaceChildren();
    const rows: (readonly [string, Json])[] = [['at', timeOf(record.atMs)]];
    if (record.kind === 'transition') {
      const { actions, event, from, ignored, microsteps, source, to } = record;
      rows.push(['event', event.type], ['from', pathOf(from)], ['to', pathOf(to)]);
      rows.push(['sent by', source === null ? 'outside' : this.#called(source)]);
      for (const [path, value] of Object.entries(event.fields ?? {})) rows.push([`event ${path}`, value]);
      if (event.hidden > 0) rows.push(['fields hidden', event.hidden]);
      if (ignored !== null) rows.push(['ignored', ignored]);
      for (const { transitions } of microsteps) for (const id of transitions) rows.push(['took', id]);
      if (actions.length > 0) rows.push(['actions', actions.join(', ')]);
    }
    this.#entry.replaceChildren(make('h3', {}, titleOf(record)), table(rows));
  }

  #called(name: string): string {
    const actor = this.#shared.model.actors.get(name);
    return actor ? nameOf(actor) : name;
  }
}

function table(rows: readonly (readonly [string, Json])[]): HTMLElement {
  const body = rows.map(([name, value]) =>
    make('tr', {}, make('th', { scope: 'row' }, name), make('td', {}, shown(name, value))),
  );
  return make('table', {}, make('tbody', {}, ...body));
}

function shown(name: string, value: Json): string {
  return typeof value === 'number' && timeKey.test(name) && value > 1e12 ? timeOf(value) : plain(value);
}
