import type { SendAudit } from '@holdfast/inspector/server';

/** A line that says who sent what to whom, or was not let. */
export function accountOf({ actor, address, atMs, id, page, refused, type }: SendAudit): string {
  const who = `page ${page} at ${address}`;
  const what = `${JSON.stringify(type)} to ${JSON.stringify(id ?? actor)}`;
  const when = new Date(atMs).toISOString();
  return refused === null ? `${when} ${who} sent ${what}` : `${when} ${who} may not send ${what}: ${refused}`;
}
