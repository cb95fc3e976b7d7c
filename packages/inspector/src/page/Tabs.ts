/** Tabs as the keyboard knows them: arrows go from one to the next. */
export class Tabs {
  readonly #tabs: readonly HTMLButtonElement[];
  readonly #onChange: () => void;

  constructor(list: HTMLElement, onChange: () => void) {
    this.#onChange = onChange;
    this.#tabs = [...list.querySelectorAll('button')];
    list.addEventListener('click', ({ target }) => {
      if (target instanceof HTMLButtonElement) this.#open(target);
    });
    list.addEventListener('keydown', ({ key }) => {
      const by = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
      const { activeElement } = document;
      const at = activeElement instanceof HTMLButtonElement ? this.#tabs.indexOf(activeElement) : -1;
      const next = this.#tabs[(at + by + this.#tabs.length) % this.#tabs.length];
      if (by === 0 || at < 0 || next === undefined) return;
      this.#open(next);
      next.focus();
    });
  }

  /** The id of the panel that is open. */
  get open(): string {
    const [open] = this.#tabs.filter((tab) => tab.getAttribute('aria-selected') === 'true');
    return open?.getAttribute('aria-controls') ?? '';
  }

  #open(wanted: HTMLButtonElement): void {
    for (const tab of this.#tabs) {
      const isOpen = tab === wanted;
      tab.setAttribute('aria-selected', String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute('aria-controls') ?? '');
      if (panel) panel.hidden = !isOpen;
    }
    this.#onChange();
  }
}
