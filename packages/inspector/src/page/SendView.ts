import type { Shared } from './Choice.ts';
import { found, make, write } from './dom.ts';

/** A form that sends an event to the chosen actor. It is there only where that is allowed, and for who is alive. */
export class SendView {
  readonly #shared: Shared;
  readonly #form = found('#send', HTMLFormElement);
  readonly #type = found('#send-type', HTMLSelectElement);
  readonly #fields = found('#send-fields', HTMLInputElement);
  readonly #said = found('#send-said', HTMLElement);
  #types: readonly string[] = [];
  #actor: string | undefined;

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
  }

  render(): void {
    const { choice, model } = this.#shared;
    const actor = model.actors.get(choice.actor ?? '');
    this.#form.hidden = actor === undefined || choice.moment !== null || !model.canSendTo(actor);
    if (this.#actor !== choice.actor) write(this.#said, '');
    this.#actor = choice.actor;
    if (this.#types === model.sendable) return;
    this.#types = model.sendable;
    this.#type.replaceChildren(...this.#types.map((type) => make('option', { value: type }, type)));
  }

  async #send(): Promise<void> {
    const fields = fieldsOf(this.#fields.value);
    if (fields === undefined) return write(this.#said, 'Expected the fields as a JSON object: {"reason": "timeout"}.');
    const body = JSON.stringify({ actor: this.#actor, event: { ...fields, type: this.#type.value } });
    const response = await fetch('/send', { method: 'POST', body }).catch(() => undefined);
    write(this.#said, response ? (await response.text()).trim() : 'The server has gone.');
  }
}

/** Undefined where it is no JSON object. */
function fieldsOf(text: string): object | undefined {
  if (text.trim() === '') return {};
  try {
    const fields: unknown = JSON.parse(text);
    return typeof fields === 'object' && fields !== null && !Array.isArray(fields) ? fields : undefined;
  } catch {
    return undefined;
  }
}
