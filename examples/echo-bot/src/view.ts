import type { Observer } from 'holdfast';

/** What somebody sees of the bot while it runs. Disposing it shows what is left to show, and gives the terminal back. */
export interface View extends Disposable {
  readonly observe: Observer;
}
