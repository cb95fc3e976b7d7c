/**
 * What the page does by itself. These functions run in the page and not here: they go into it as text, and know nothing but each other.
 * Without them the page still shows everything.
 */
const helpers = [scalerOf, dragWithMouse];
const inPage = [followTheme, zoomDrawings, showNotes, filterByName, findInDrawing];

export const pageScript = [...[...helpers, ...inPage].map(String), ...inPage.map(({ name }) => `${name}();`)].join(
  '\n',
);

function followTheme(): void {
  const button = document.querySelector<HTMLButtonElement>('#theme');
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = (): boolean => (root.dataset['theme'] ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const show = (): void => button?.setAttribute('aria-pressed', String(isDark()));
  try {
    const kept = localStorage.getItem('theme');
    if (kept === 'dark' || kept === 'light') root.dataset['theme'] = kept;
  } catch {
    // A page from a file may have no storage: then it does not remember.
  }
  system.addEventListener('change', show);
  button?.addEventListener('click', () => {
    root.dataset['theme'] = isDark() ? 'light' : 'dark';
    try {
      localStorage.setItem('theme', root.dataset['theme']);
    } catch {
      // As above.
    }
    show();
  });
  show();
}

function zoomDrawings(): void {
  for (const frame of document.querySelectorAll<HTMLElement>('.frame')) {
    const view = frame.querySelector<HTMLElement>('.view');
    const drawing = frame.querySelector('svg');
    if (!view || !drawing) continue;
    const scaler = scalerOf(view, drawing);
    const step = 1.25;
    const does: Record<string, () => void> = {
      in: () => scaler.zoomBy(step),
      out: () => scaler.zoomBy(1 / step),
      fit: () => scaler.zoomTo(scaler.fitting()),
      full: () => scaler.zoomTo(1),
    };
    for (const button of frame.querySelectorAll<HTMLElement>('[data-zoom]'))
      button.addEventListener('click', () => does[button.dataset['zoom'] ?? '']?.());
    const keys: Record<string, string> = { '+': 'in', '=': 'in', '-': 'out', '0': 'fit', '1': 'full' };
    view.addEventListener('keydown', ({ ctrlKey, key, metaKey }) => {
      if (!ctrlKey && !metaKey) does[keys[key] ?? '']?.();
    });
    const turn = (event: WheelEvent): void => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      scaler.zoomBy(event.deltaY < 0 ? 1.1 : 1 / 1.1);
    };
    view.addEventListener('wheel', turn, { passive: false });
    dragWithMouse(view);
    // On a small screen a drawing that is made to fit could not be read.
    scaler.zoomTo(Math.max(scaler.fitting(), 0.6));
    // It begins where the chart does.
    const dot = drawing.querySelector('.beginning > circle')?.getBoundingClientRect();
    const left =
      dot === undefined ? 0 : dot.x - view.getBoundingClientRect().x + view.scrollLeft - view.clientWidth / 2;
    view.scrollTo(left, 0);
  }
}

/** Sizes a drawing, around the middle of what is seen of it. */
function scalerOf(view: HTMLElement, drawing: SVGSVGElement) {
  const { height, width } = drawing.viewBox.baseVal;
  let scale = 1;
  const zoomTo = (wanted: number): void => {
    const next = Math.min(3, Math.max(0.15, wanted));
    const middle = { x: view.scrollLeft + view.clientWidth / 2, y: view.scrollTop + view.clientHeight / 2 };
    drawing.setAttribute('width', String(width * next));
    drawing.setAttribute('height', String(height * next));
    const left = (middle.x * next) / scale - view.clientWidth / 2;
    view.scrollTo(left, (middle.y * next) / scale - view.clientHeight / 2);
    scale = next;
  };
  const zoomBy = (factor: number): void => zoomTo(scale * factor);
  return { zoomTo, zoomBy, fitting: (): number => Math.min(1, view.clientWidth / width) };
}

function dragWithMouse(view: HTMLElement): void {
  const move = ({ movementX, movementY }: PointerEvent): void => view.scrollBy(-movementX, -movementY);
  const stop = (): void => view.removeEventListener('pointermove', move);
  view.addEventListener('pointerdown', ({ button, pointerId, pointerType }) => {
    if (pointerType !== 'mouse' || button !== 0) return;
    view.setPointerCapture(pointerId);
    view.addEventListener('pointermove', move);
  });
  view.addEventListener('lostpointercapture', stop);
}

function showNotes(): void {
  const tip = document.querySelector<HTMLElement>('#tip');
  if (!tip) return;
  // The tip is there at once, and to whoever uses the keyboard: the browser's own would come on top of it.
  for (const title of document.querySelectorAll('.chart title')) title.remove();
  const hide = (): void => {
    tip.hidden = true;
  };
  const show = ({ target }: Event): void => {
    const part = target instanceof Element ? target.closest('.state, .transition') : null;
    if (!part) return hide();
    tip.textContent = part.getAttribute('aria-label');
    tip.hidden = false;
    const { bottom, left, top, width } = (part.querySelector('.box, .back') ?? part).getBoundingClientRect();
    const middle = left + Math.min(width, 320) / 2 - tip.offsetWidth / 2;
    const below = bottom + 8;
    const y = below + tip.offsetHeight > innerHeight ? top - tip.offsetHeight - 8 : below;
    tip.style.left = `${Math.max(8, Math.min(middle, innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${Math.max(8, y)}px`;
  };
  for (const event of ['pointerover', 'focusin']) document.addEventListener(event, show);
  document.addEventListener('focusout', hide);
  document.addEventListener('scroll', hide, true);
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') hide();
  });
}

function filterByName(): void {
  const field = document.querySelector<HTMLInputElement>('#filter');
  field?.addEventListener('input', () => {
    const wanted = field.value.trim().toLowerCase();
    const matches = (name: string | null | undefined): boolean => (name ?? '').toLowerCase().includes(wanted);
    for (const item of document.querySelectorAll<HTMLElement>('.missing li'))
      item.hidden = !matches(item.dataset['name']);
    for (const part of document.querySelectorAll('.chart .state, .chart .transition'))
      part.classList.toggle('dim', wanted !== '' && !matches(part.getAttribute('aria-label')));
    for (const arrow of document.querySelectorAll('.chart .arrow')) {
      const labels = [
        ...(arrow.parentElement?.querySelectorAll(`.label[data-arrow="${arrow.getAttribute('data-arrow')}"]`) ?? []),
      ];
      arrow.classList.toggle('dim', wanted !== '' && labels.every((label) => label.classList.contains('dim')));
    }
    for (const details of document.querySelectorAll<HTMLDetailsElement>('.missing details')) {
      const found = details.querySelectorAll('li:not([hidden])').length;
      details.hidden = found === 0;
      const count = details.querySelector(':scope > summary > .count');
      if (count) count.textContent = String(found);
      if (wanted !== '' && found > 0 && found <= 60) details.open = true;
    }
  });
}

function findInDrawing(): void {
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>('.find[data-id]') : null;
    const { id, kind } = button?.dataset ?? {};
    const part = button?.closest('.card')?.querySelector<SVGElement>(`[data-${kind}="${CSS.escape(id ?? '')}"]`);
    part?.scrollIntoView({ block: 'center', inline: 'center' });
    part?.focus();
  });
}
