const known = new Map<string, string>();
const named = new Set([
  'starting',
  'connecting',
  'connected',
  'disconnected',
  'error',
  'failed',
  'stopped',
  'done',
  'lost',
  'ink',
  'paper',
]);
const others = 6;

/** The colour of a status in the theme that is on. Statuses of other machines share a few, by their names. */
export function colourOf(status: string): string {
  const remembered = known.get(status);
  if (remembered !== undefined) return remembered;
  const name = named.has(status) ? status : `other-${hash(status) % others}`;
  const colour = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  known.set(status, colour);
  return colour;
}

/** The theme has changed. */
export function forgetColours(): void {
  known.clear();
}

function hash(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum;
}
