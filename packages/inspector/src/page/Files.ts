import type { ChartDescription } from '../chartOf.ts';
import { readSession } from '../session.ts';
import { found } from './dom.ts';
import { exportSession } from './model/exportSession.ts';
import type { Model } from './model/Model.ts';

export interface FilesOptions {
  readonly model: Model;
  readonly chart: () => ChartDescription | undefined;
  readonly say: (words: string) => void;
  /** A session was opened: `name` is its file's. */
  readonly onOpen: (name: string) => void;
}

/** What can be taken home, and brought back. */
export class Files {
  readonly #options: FilesOptions;

  constructor(options: FilesOptions) {
    this.#options = options;
    const { model, say } = options;
    found('#export', HTMLButtonElement).addEventListener('click', () => {
      const session = exportSession(model, Date.now());
      save(
        `inspector-${new Date().toISOString().replace(/[:.]/g, '-')}.json`,
        JSON.stringify(session),
        'application/json',
      );
      say(`${session.records.length} records exported.`);
    });
    for (const [id, path] of [
      ['#save-svg', '/chart.svg'],
      ['#save-mermaid', '/chart.mmd'],
    ] as const)
      found(id, HTMLButtonElement).addEventListener('click', () => void this.#saveChart(path));
    const file = found('#session-file', HTMLInputElement);
    found('#open', HTMLButtonElement).addEventListener('click', () => file.click());
    file.addEventListener('change', () => {
      const [chosen] = file.files ?? [];
      file.value = '';
      if (chosen) void this.#open(chosen);
    });
  }

  async #open(file: File): Promise<void> {
    try {
      this.#options.model.load(readSession(await file.text()));
      this.#options.onOpen(file.name);
    } catch (error) {
      this.#options.say(error instanceof Error ? error.message : 'The file cannot be read.');
    }
  }

  async #saveChart(path: '/chart.svg' | '/chart.mmd'): Promise<void> {
    const chart = this.#options.chart();
    if (chart === undefined) return this.#options.say('Choose an actor that has a chart.');
    const response = await fetch(path, { method: 'POST', body: JSON.stringify(chart) }).catch(() => undefined);
    const text = await response?.text();
    if (text === undefined || response?.ok !== true) return this.#options.say(text ?? 'The server has gone.');
    save(chart.id.replace(/[^\w.-]/g, '_') + path.slice(path.indexOf('.')), text, 'text/plain');
  }
}

function save(name: string, text: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
