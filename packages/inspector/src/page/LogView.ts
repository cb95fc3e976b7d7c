import type { InspectorRecord } from '../records.ts';
import type { Shared } from './Choice.ts';
import { found, make, timeOf, write } from './dom.ts';
import { ownerName, titleOf, wordsOf } from './model/describe.ts';

const rowHeight = 26;
const spare = 8;

/** The entries, as a list of which only what is seen is made. Choosing one is travelling in time. */
export class LogView {
  readonly #shared: Shared;
  readonly #list = found('#log', HTMLElement);
  readonly #rows = found('#log-rows', HTMLElement);
  readonly #filter = found('#log-filter', HTMLInputElement);
  readonly #scope = found('#log-scope', HTMLSelectElement);
  readonly #count = found('#log-count', HTMLElement);
  #numbers: number[] = [];
  #looked = 0;
  #key = '';
  #isFollowing = true;
  /** Of the list, and how far it is scrolled: to ask it makes the browser lay the page out. */
  #height = 0;
  #top = 0;
  #drawn = '';

  constructor(shared: Shared, onChange: () => void) {
    this.#shared = shared;
    for (const control of [this.#filter, this.#scope]) control.addEventListener('input', onChange);
    new ResizeObserver(() => {
      this.#height = this.#list.clientHeight;
      onChange();
    }).observe(this.#list);
    this.#list.addEventListener('scroll', () => {
      this.#top = this.#list.scrollTop;
      this.#isFollowing = this.#top + this.#height >= (this.#numbers.length - 1) * rowHeight;
      this.#renderRows();
    });
    this.#rows.addEventListener('click', ({ target }) => {
      const number =
        target instanceof Element ? target.closest<HTMLElement>('[data-entry]')?.dataset['entry'] : undefined;
      if (number !== undefined) this.#go(Number(number));
    });
    this.#list.addEventListener('keydown', (event) => this.#move(event));
    shared.choice.listen(() => this.#reveal());
  }

  render(): void {
    this.#collect();
    const height = this.#numbers.length * rowHeight;
    this.#rows.style.height = `${height}px`;
    if (this.#isFollowing && this.#shared.choice.moment === null) this.#scrollTo(Math.max(0, height - this.#height));
    this.#renderRows();
    write(this.#count, `${this.#numbers.length} entries${this.#loss()}`);
  }

  #scrollTo(top: number): void {
    if (this.#top === top) return;
    this.#top = top;
    this.#list.scrollTop = top;
  }

  #loss(): string {
    const { dropped, missed } = this.#shared.model;
    return `${missed > 0 ? `, ${missed} missed: too fast for this page` : ''}${dropped > 0 ? `; of all, the oldest ${dropped} are gone` : ''}`;
  }

  /** Looks at what is new only, unless it is asked for something else. */
  #collect(): void {
    const { choice, model } = this.#shared;
    const members = this.#scope.value === 'all' ? undefined : new Set(this.#family());
    const key = [this.#filter.value, this.#scope.value, members ? choice.actor : '', members?.size ?? 0].join('\n');
    if (key !== this.#key || this.#looked > model.end || this.#looked < model.first) {
      this.#key = key;
      this.#numbers = [];
      this.#looked = model.first;
    }
    const words = this.#filter.value.trim().toLowerCase().split(/\s+/);
    for (; this.#looked < model.end; this.#looked += 1) {
      const record = model.entry(this.#looked);
      if (record && this.#isWanted(record, { words, members })) this.#numbers.push(this.#looked);
    }
    const gone = this.#numbers.findIndex((number) => number >= model.first);
    if (gone > 0) this.#numbers.splice(0, gone);
  }

  #isWanted(
    record: InspectorRecord,
    { members, words }: { readonly words: readonly string[]; readonly members: ReadonlySet<string> | undefined },
  ): boolean {
    const { model } = this.#shared;
    if (members && !members.has(model.ownerOf(record) ?? '')) return false;
    if (words.length === 1 && words[0] === '') return true;
    const raw = 'event' in record ? record.event.type : '';
    const text =
      `${titleOf(record)} ${raw} ${wordsOf(record)} ${ownerName(model, record)} ${record.kind}`.toLowerCase();
    return words.every((word) => text.includes(word));
  }

  #family(): readonly string[] {
    const { choice, model } = this.#shared;
    const actor = model.actors.get(choice.actor ?? '');
    return actor ? model.family(actor.identity.system).map(({ identity }) => identity.actor) : [];
  }

  #renderRows(): void {
    const { choice, model } = this.#shared;
    const from = Math.max(0, Math.floor(this.#top / rowHeight) - spare);
    const to = Math.ceil((this.#top + this.#height) / rowHeight) + spare;
    const seen = this.#numbers.slice(from, to);
    const drawn = `${from} ${seen[0]} ${seen.length} ${choice.moment}`;
    if (this.#drawn === drawn) return;
    this.#drawn = drawn;
    const rows = seen.map((number, index) => {
      const record = model.entry(number);
      const row = record ? this.#row(record, number) : make('div');
      row.style.top = `${(from + index) * rowHeight}px`;
      return row;
    });
    this.#rows.replaceChildren(...rows);
    const isShown = rows.some(({ id }) => id === `entry-${choice.moment}`);
    if (isShown) this.#list.setAttribute('aria-activedescendant', `entry-${choice.moment}`);
    else this.#list.removeAttribute('aria-activedescendant');
  }

  #row(record: InspectorRecord, number: number): HTMLElement {
    const { choice, model } = this.#shared;
    const isChosen = choice.moment === number;
    const classes = ['entry', record.kind, ...('ignored' in record && record.ignored !== null ? ['ignored'] : [])];
    return make(
      'div',
      {
        class: classes.join(' '),
        role: 'option',
        id: `entry-${number}`,
        'data-entry': String(number),
        'aria-selected': String(isChosen),
      },
      make('time', {}, timeOf(record.atMs)),
      make('span', { class: 'who' }, ownerName(model, record)),
      make('b', {}, titleOf(record)),
      make('span', { class: 'what' }, wordsOf(record)),
    );
  }

  #go(number: number): void {
    const { choice, model } = this.#shared;
    const record = model.entry(number);
    const owner = record && model.ownerOf(record);
    choice.choose(owner !== undefined && model.actors.has(owner) ? owner : choice.actor, number);
  }

  #move(event: KeyboardEvent): void {
    const { moment } = this.#shared.choice;
    const at = moment === null ? this.#numbers.length : this.#numbers.findLastIndex((number) => number <= moment);
    const page = Math.max(1, Math.floor(this.#height / rowHeight) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      PageUp: at - page,
      PageDown: at + page,
      Home: 0,
      End: this.#numbers.length - 1,
    };
    const wanted = moves[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const number = this.#numbers[Math.min(this.#numbers.length - 1, Math.max(0, wanted))];
    if (number !== undefined) this.#go(number);
  }

  #reveal(): void {
    const { moment } = this.#shared.choice;
    if (moment === null) {
      this.#isFollowing = true;
      return;
    }
    const index = this.#numbers.indexOf(moment);
    if (index < 0 || this.#height === 0) return;
    const top = index * rowHeight;
    if (top < this.#top) this.#scrollTo(top);
    if (top + rowHeight > this.#top + this.#height) this.#scrollTo(top + rowHeight - this.#height);
  }
}
