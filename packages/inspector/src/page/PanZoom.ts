import { found } from './dom.ts';

/** Smaller than this nobody reads anything: rather a part than all of it. */
const readable = 0.55;
const largest = 6;
const step = 1.25;
const keyStep = 60;

/** Moves and scales a drawing within a frame: by wheel, pointer, keys and buttons. */
export class PanZoom {
  readonly #frame: HTMLElement;
  #svg: SVGSVGElement | undefined;
  #size = { width: 1, height: 1 };
  #scale = 1;
  #x = 0;
  #y = 0;

  constructor(frame: HTMLElement) {
    this.#frame = frame;
    frame.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    frame.addEventListener('keydown', (event) => this.#key(event));
    this.#drag();
    found('#zoom-in', HTMLButtonElement).addEventListener('click', () => this.#zoom(step));
    found('#zoom-out', HTMLButtonElement).addEventListener('click', () => this.#zoom(1 / step));
    found('#zoom-fit', HTMLButtonElement).addEventListener('click', () => this.#fit(0));
    new ResizeObserver(() => this.#fit(readable)).observe(frame);
  }

  show(svg: SVGSVGElement): void {
    this.#svg = svg;
    this.#size = { width: Number(svg.getAttribute('width')), height: Number(svg.getAttribute('height')) };
    // The frame's size counts, and the drawing's is told by its viewBox.
    svg.removeAttribute('width');
    svg.removeAttribute('height');
    if (!(this.#size.width > 0)) {
      const { height, width } = svg.dataset;
      this.#size = { width: Number(width), height: Number(height) };
    }
    svg.dataset['width'] = String(this.#size.width);
    svg.dataset['height'] = String(this.#size.height);
    this.#fit(readable);
  }

  /** Moves a part into view, if it is not. */
  reveal(part: SVGGraphicsElement): void {
    const { clientHeight, clientWidth } = this.#frame;
    const { height, width, x, y } = part.getBBox();
    const room = { width: clientWidth / this.#scale, height: clientHeight / this.#scale };
    const isSeen =
      x >= this.#x && y >= this.#y && x + width <= this.#x + room.width && y + height <= this.#y + room.height;
    if (isSeen || room.width === 0) return;
    this.#x = x + width / 2 - room.width / 2;
    this.#y = y + height / 2 - room.height / 2;
    this.#apply();
  }

  #fit(least: number): void {
    const { clientHeight, clientWidth } = this.#frame;
    const { height, width } = this.#size;
    const whole = Math.min(clientWidth / width, clientHeight / height, 1.4);
    this.#scale = Math.max(whole, least);
    this.#x = whole < this.#scale ? 0 : (width - clientWidth / this.#scale) / 2;
    this.#y = whole < this.#scale ? 0 : (height - clientHeight / this.#scale) / 2;
    this.#apply();
  }

  #zoom(by: number, at = { x: this.#frame.clientWidth / 2, y: this.#frame.clientHeight / 2 }): void {
    const scale = Math.min(largest, Math.max(0.05, this.#scale * by));
    this.#x += at.x / this.#scale - at.x / scale;
    this.#y += at.y / this.#scale - at.y / scale;
    this.#scale = scale;
    this.#apply();
  }

  #move(x: number, y: number): void {
    this.#x += x / this.#scale;
    this.#y += y / this.#scale;
    this.#apply();
  }

  #apply(): void {
    const { clientHeight, clientWidth } = this.#frame;
    const box = [this.#x, this.#y, clientWidth / this.#scale, clientHeight / this.#scale];
    this.#svg?.setAttribute('viewBox', box.map((value) => value.toFixed(2)).join(' '));
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const { left, top } = this.#frame.getBoundingClientRect();
    this.#zoom(Math.exp(-event.deltaY / 400), { x: event.clientX - left, y: event.clientY - top });
  }

  #key(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#move(-keyStep, 0),
      ArrowRight: () => this.#move(keyStep, 0),
      ArrowUp: () => this.#move(0, -keyStep),
      ArrowDown: () => this.#move(0, keyStep),
      '+': () => this.#zoom(step),
      '-': () => this.#zoom(1 / step),
      '0': () => this.#fit(0),
    };
    const move = moves[event.key];
    if (move === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    move();
  }

  #drag(): void {
    const frame = this.#frame;
    frame.addEventListener('pointerdown', (event) => frame.setPointerCapture(event.pointerId));
    frame.addEventListener('pointermove', (event) => {
      if (frame.hasPointerCapture(event.pointerId)) this.#move(-event.movementX, -event.movementY);
    });
  }
}
