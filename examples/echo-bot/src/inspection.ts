import { createInspector, instanceObserver } from '@holdfast/inspector';
import { InspectorServerError, startInspectorServer } from '@holdfast/inspector/server';
import type { InstanceServer, Observer } from 'holdfast';

/** A page that shows the inside of the bot. As long as nobody looks, nothing is recorded. */
export interface Inspection extends AsyncDisposable {
  readonly observe: Observer;
  /** Where the page is, or why there is none. */
  readonly title: () => string;
}

export async function startInspection(find: (id: string) => InstanceServer | undefined): Promise<Inspection> {
  const inspector = createInspector({ record: 'viewed' });
  const observe = instanceObserver(inspector, find);
  try {
    const server = await startInspectorServer({ inspector, port: 0 });
    return {
      observe,
      title: () => `Inspector: ${server.url}`,
      [Symbol.asyncDispose]: () => server.close(),
    };
  } catch (error) {
    // The bot runs without it: in production there is none.
    if (!(error instanceof InspectorServerError)) throw error;
    return { observe: () => undefined, title: () => error.message, [Symbol.asyncDispose]: async () => undefined };
  }
}
