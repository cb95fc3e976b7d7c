import { createHash } from 'node:crypto';

/** Names up to this length are legible in the database. An index of Postgres takes 2,704 bytes for all its columns together. */
const longestLegible = 400;

/**
 * The form in which a name (of an instance, a message, a key) stands in an index: ASCII only, so that every database sorts and
 * compares it alike, and short, whatever was given. Two names never share one.
 */
export function indexName(name: string): string {
  const escaped = escapeName(name);
  return escaped.length <= longestLegible ? escaped : `#${createHash('sha256').update(escaped).digest('hex')}`;
}

/** `#` begins a digest, and a backslash what is not printable ASCII: NUL, which databases cut off, lone surrogates, all else. */
function escapeName(name: string): string {
  return name.replace(/[^\x20-\x7e]|[\\#]/g, (unit) => `\\${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
