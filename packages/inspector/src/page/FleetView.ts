import type { Shared } from './Choice.ts';
import { found, make, write } from './dom.ts';
import { channelOf, nameOf, statusOf } from './model/describe.ts';
import type { ModelActor } from './model/Model.ts';
import { colourOf } from './statusColours.ts';

const gap = 2;
const largestCell = 18;
const smallestCell = 5;
/** The strip grows no higher; what does not fit is scrolled to. Pixels. */
const wantedHeight = 132;
const mostMatches = 40;

interface Cell {
  readonly actor: ModelActor;
  readonly status: string;
}

/** All roots as cells, coloured by status, with a search and counts. */
export class FleetView {
  readonly #shared: Shared;
  readonly #canvas = found('#fleet canvas', HTMLCanvasElement);
  readonly #search = found('#search', HTMLInputElement);
  readonly #counts = found('#counts', HTMLElement);
  readonly #channels = found('#channels', HTMLElement);
  readonly #matches = found('#matches', HTMLElement);
  readonly #shown = found('#shown', HTMLElement);
  readonly #tip = found('#tip', HTMLElement);
  #cells: readonly Cell[] = [];
  #status: string | undefined;
  #channel: string | undefined;
  #size = largestCell;
  #said = '';
  #saidChannels = '';

  constructor(shared: Shared, onChange: () => void) {
    this.#shared = shared;
    this.#search.addEventListener('input', onChange);
    this.#search.addEventListener('keydown', ({ key }) => {
      const [first] = this.#cells;
      if (key === 'Enter' && first) this.#choose(first.actor);
    });
    this.#counts.addEventListener('click', ({ target }) => {
      const status = target instanceof Element ? target.closest('button')?.dataset['status'] : undefined;
      if (status === undefined) return;
      this.#status = this.#status === status ? undefined : status;
      onChange();
    });
    this.#channels.addEventListener('change', ({ target }) => {
      if (target instanceof HTMLSelectElement) this.#channel = target.value === '' ? undefined : target.value;
      onChange();
    });
    this.#canvas.addEventListener('pointermove', (event) => this.#point(event));
    this.#canvas.addEventListener('pointerleave', () => this.#tip.replaceChildren());
    this.#canvas.addEventListener('click', (event) => {
      const cell = this.#cellAt(event);
      if (cell) this.#choose(cell.actor);
    });
  }

  render(): void {
    const { choice, model } = this.#shared;
    const words = this.#search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const all = model.roots().map((actor) => ({ actor, status: statusOf(model.standingAt(actor, choice.moment)) }));
    this.#renderCounts(all);
    this.#cells = all.filter(({ actor, status }) => {
      if (this.#status !== undefined && status !== this.#status) return false;
      if (this.#channel !== undefined && channelOf(actor) !== this.#channel) return false;
      if (words.length === 0) return true;
      const text =
        `${nameOf(actor)} ${actor.identity.actor} ${String(actor.now.context['instance.id'] ?? '')} ${channelOf(actor)} ${status}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    this.#renderMatches(all.length);
    this.#draw();
  }

  #choose(actor: ModelActor): void {
    this.#shared.choice.choose(actor.identity.actor);
  }

  #renderCounts(all: readonly Cell[]): void {
    this.#renderChannels(all);
    const byStatus = countBy(all, ({ status }) => status);
    const said = JSON.stringify([byStatus, this.#status]);
    if (said === this.#said) return;
    this.#said = said;
    const buttons = byStatus.map(([status, count]) => {
      const swatch = make('span', { class: 'swatch' });
      swatch.style.background = colourOf(status);
      return make(
        'button',
        { type: 'button', 'data-status': status, 'aria-pressed': String(this.#status === status) },
        swatch,
        `${status} `,
        make('b', {}, String(count)),
      );
    });
    const focused =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset['status'] : undefined;
    this.#counts.replaceChildren(...buttons);
    if (focused !== undefined) buttons.find((button) => button.dataset['status'] === focused)?.focus();
  }

  /** A list that somebody has opened stays as it is. */
  #renderChannels(all: readonly Cell[]): void {
    const byChannel = countBy(all, ({ actor }) => channelOf(actor));
    const said = JSON.stringify([byChannel, this.#channel]);
    if (said === this.#saidChannels || this.#channels.contains(document.activeElement)) return;
    this.#saidChannels = said;
    const every = make('option', { value: '' }, `all channels ${all.length}`);
    const options = byChannel.map(([channel, count]) => make('option', { value: channel }, `${channel} ${count}`));
    const select = make('select', { 'aria-label': 'Channel' }, every, ...options);
    select.value = this.#channel ?? '';
    this.#channels.replaceChildren(select);
  }

  /** The first that match, as buttons: what a canvas shows nobody can reach by keyboard. */
  #renderMatches(total: number): void {
    const isNarrow = this.#cells.length < total || total <= mostMatches;
    const { actor: chosen } = this.#shared.choice;
    const shown = isNarrow ? this.#cells.slice(0, mostMatches) : [];
    const items = shown.map(({ actor, status }) => {
      const { actor: id } = actor.identity;
      const button = make(
        'button',
        { type: 'button', 'data-actor': id, 'aria-pressed': String(id === chosen) },
        `${nameOf(actor)} `,
        make('small', {}, status),
      );
      button.addEventListener('click', () => this.#choose(actor));
      return make('li', {}, button);
    });
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['actor'] : undefined;
    this.#matches.replaceChildren(...items);
    if (focused !== undefined)
      items
        .map((item) => item.querySelector('button'))
        .find((button) => button?.dataset['actor'] === focused)
        ?.focus();
    const words = `${this.#cells.length} of ${total} shown`;
    this.#canvas.setAttribute('aria-label', `The fleet: ${words}`);
    write(this.#shown, words);
  }

  #draw(): void {
    const width = this.#canvas.parentElement?.clientWidth ?? 0;
    const count = Math.max(this.#cells.length, 1);
    const fitting = Math.floor(Math.sqrt((width * wantedHeight) / count));
    this.#size = Math.max(smallestCell + gap, Math.min(largestCell + gap, fitting));
    const columns = columnsIn(width, this.#size);
    const height = gap + Math.ceil(count / columns) * this.#size;
    const ratio = devicePixelRatio;
    if (this.#canvas.width !== width * ratio || this.#canvas.height !== height * ratio) {
      this.#canvas.width = width * ratio;
      this.#canvas.height = height * ratio;
      this.#canvas.style.height = `${height}px`;
    }
    const pen = this.#canvas.getContext('2d');
    if (pen === null) return;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const side = this.#size - gap;
    let chosen: { readonly x: number; readonly y: number } | undefined;
    for (const [index, { actor, status }] of this.#cells.entries()) {
      const [x, y] = [gap + (index % columns) * this.#size, gap + Math.floor(index / columns) * this.#size];
      pen.fillStyle = colourOf(status);
      pen.fillRect(x, y, side, side);
      if (status === 'error' || status === 'failed') cross(pen, { x, y, side });
      if (actor.identity.actor === this.#shared.choice.actor) chosen = { x, y };
    }
    if (chosen === undefined) return;
    // Around the cell, in the gap: its colour is its status.
    pen.strokeStyle = colourOf('ink');
    pen.lineWidth = gap;
    pen.strokeRect(chosen.x - gap / 2, chosen.y - gap / 2, side + gap, side + gap);
  }

  #point(event: PointerEvent): void {
    const cell = this.#cellAt(event);
    this.#tip.textContent = cell ? `${nameOf(cell.actor)} · ${channelOf(cell.actor)} · ${cell.status}` : '';
  }

  #cellAt({ offsetX, offsetY }: MouseEvent): Cell | undefined {
    const columns = columnsIn(this.#canvas.clientWidth, this.#size);
    const column = Math.floor((offsetX - gap) / this.#size);
    if (column < 0 || column >= columns || offsetY < gap) return undefined;
    return this.#cells[Math.floor((offsetY - gap) / this.#size) * columns + column];
  }
}

function columnsIn(width: number, size: number): number {
  return Math.max(1, Math.floor((width - gap) / size));
}

/** For who sees no colours. */
function cross(
  pen: CanvasRenderingContext2D,
  { side, x, y }: { readonly x: number; readonly y: number; readonly side: number },
): void {
  pen.strokeStyle = colourOf('paper');
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x + side, y + side);
  pen.stroke();
}

function countBy(cells: readonly Cell[], key: (cell: Cell) => string): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(key(cell), (counts.get(key(cell)) ?? 0) + 1);
  return [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
}
