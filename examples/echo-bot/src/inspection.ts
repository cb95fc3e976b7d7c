import { createInspector, type Inspector } from '@holdfast/inspector';
import { InspectorServerError, startInspectorServer } from '@holdfast/inspector/server';

/** A page that shows the inside of the bot. As long as nobody looks, nothing is recorded. */
export interface Inspection extends AsyncDisposable {
  readonly inspector: Inspector;
  /** Where the page is, or why there is none. */
  readonly title: () => string;
}

export async function startInspection(): Promise<Inspection> {
  const inspector = createInspector({ record: 'viewed' });
  try {
    const server = await startInspectorServer({ inspector, port: 0 });
    return { inspector, title: () => `Inspector: ${server.url}`, [Symbol.asyncDispose]: () => server.close() };
  } catch (error) {
    // The bot runs without it: in production there is none.
    if (!(error instanceof InspectorServerError)) throw error;
    return { inspector, title: () => error.message, [Symbol.asyncDispose]: async () => undefined };
  }
}
