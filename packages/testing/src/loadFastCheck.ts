export type FastCheck = typeof import('fast-check');

/** Undefined when it is not installed: it is an optional peer, and whoever needs it says what for. */
export async function loadFastCheck(): Promise<FastCheck | undefined> {
  try {
    return await import('fast-check');
  } catch {
    return undefined;
  }
}
