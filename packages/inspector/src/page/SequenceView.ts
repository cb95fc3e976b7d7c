import type { Shared } from './Choice.ts';
import { found, makeSvg, timeOf } from './dom.ts';
import { type Message, type Sequence, sequenceOf } from './model/sequence.ts';

const most = 80;
const head = 34;
const rowHeight = 34;
/** Columns share what room there is, within these. */
const narrowest = 104;
const widest = 180;
const left = 86;

/** Who sent what to whom, in the family of the chosen actor. */
export class SequenceView {
  readonly #shared: Shared;
  readonly #place = found('#sequence', HTMLElement);
  #said = '';

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#place.addEventListener('click', ({ target }) => {
      const row = target instanceof Element ? target.closest<SVGElement>('[data-entry]') : null;
      if (row) this.#go(Number(row.dataset['entry']));
    });
    this.#place.addEventListener('keydown', (event) => {
      const row = event.target instanceof SVGElement ? event.target.dataset['entry'] : undefined;
      if (row !== undefined && event.key === 'Enter') this.#go(Number(row));
    });
  }

  render(): void {
    const { choice, model } = this.#shared;
    const actor = model.actors.get(choice.actor ?? '');
    const sequence = actor ? sequenceOf(model, actor, { moment: choice.moment, most }) : undefined;
    const said = JSON.stringify([choice.actor, choice.moment, sequence?.messages.at(-1)?.number]);
    if (said === this.#said) return;
    this.#said = said;
    if (sequence === undefined || sequence.messages.length === 0)
      return this.#place.replaceChildren('No events so far.');
    const isAtEnd = this.#place.scrollTop + this.#place.clientHeight >= this.#place.scrollHeight - rowHeight;
    this.#place.replaceChildren(...draw(sequence, this.#place.clientWidth));
    if (isAtEnd || choice.moment === null) this.#place.scrollTop = this.#place.scrollHeight;
  }

  #go(number: number): void {
    this.#shared.choice.choose(this.#shared.choice.actor, number);
  }
}

/** The names stay on top while the events are scrolled. */
function draw({ columns, earlier, messages }: Sequence, room: number): readonly Node[] {
  const columnWidth = Math.max(narrowest, Math.min(widest, (room - left - 16) / columns.length));
  const middleOf: Middle = (column) => left + (column + 0.5) * columnWidth;
  const width = left + columns.length * columnWidth;
  const height = messages.length * rowHeight + 8;
  const names = columns.map((name, index) =>
    makeSvg('text', { class: 'column', x: middleOf(index), y: 18 }, ...cut(name, 18)),
  );
  const more = earlier > 0 ? [makeSvg('text', { class: 'faint', x: 4, y: 18 }, `${earlier} earlier`)] : [];
  const lifelines = columns.map((_, index) =>
    makeSvg('line', { class: 'lifeline', x1: middleOf(index), x2: middleOf(index), y1: 0, y2: height }),
  );
  const last = columns.length - 1;
  const rows = messages.map((message, index) => row(message, (index + 0.6) * rowHeight, { middleOf, last }));
  const labelled = { role: 'group', 'aria-label': 'Sequence of events' };
  return [
    makeSvg('svg', { class: 'heads', width, height: head }, ...more, ...names),
    makeSvg('svg', { width, height, ...labelled }, ...lifelines, ...rows),
  ];
}

function row(
  { atMs, became, event, from, isIgnored, number, to }: Message,
  y: number,
  { last, middleOf }: Columns,
): SVGGElement {
  const [start, end] = [middleOf(from), middleOf(to)];
  const isSelf = from === to;
  const back = end > start ? -8 : 8;
  const line = isSelf ? `M${start} ${y - 9}h26v12h-22` : `M${start} ${y}H${end + back / 2}`;
  const tip = isSelf
    ? `M${start + 8} ${y - 1}L${start + 1} ${y + 3}l7 4z`
    : `M${end + back} ${y - 4}L${end} ${y}L${end + back} ${y + 4}z`;
  const words = became === '' ? event : `${event} → ${became}`;
  // On the right of the last column there is no room for words.
  const isLeft = isSelf && to === last && last > 1;
  const beside = isLeft ? { x: start - 8, class: 'words left' } : { x: start + 32, class: 'words' };
  const place = isSelf ? { ...beside, y: y + 1 } : { x: Math.min(start, end) + 8, y: y - 6, class: 'words' };
  return makeSvg(
    'g',
    {
      class: isIgnored ? 'message ignored' : 'message',
      'data-entry': number,
      tabindex: 0,
      role: 'button',
    },
    makeSvg('rect', { class: 'row', x: 0, y: y - rowHeight * 0.6, width: '100%', height: rowHeight }),
    makeSvg('text', { class: 'faint', x: 4, y: y + 3 }, timeOf(atMs)),
    ' ',
    makeSvg('path', { class: 'line', d: line }),
    makeSvg('path', { class: 'head', d: tip }),
    makeSvg('text', place, ...cut(words, 44)),
  );
}

/** Where the line of a column stands. */
type Middle = (column: number) => number;

interface Columns {
  readonly middleOf: Middle;
  readonly last: number;
}

/** A text as long as there is room for, and the whole of it at the pointer. */
function cut(text: string, length: number): readonly (Node | string)[] {
  return text.length > length ? [`${text.slice(0, length - 1)}…`, makeSvg('title', {}, text)] : [text];
}
