import type { Finding } from './finding.ts';
import { show } from './text.ts';

/** The part of an entry of crabline's record that is needed here. */
interface Entry {
  readonly type: string;
  readonly path: string;
  readonly accepted?: boolean;
  readonly body?: { readonly text?: string };
}

/** The texts of the messages that a bot has sent and the server has accepted, in order. */
export function parseSends(record: string): string[] {
  return record
    .split('\n')
    .map(parseEntry)
    .filter((entry) => entry?.type === 'api' && entry.accepted === true && entry.path.endsWith('/sendMessage'))
    .map((entry) => entry?.body?.text ?? '');
}

/** A server that was killed while it wrote leaves half a line behind. */
function parseEntry(line: string): Entry | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Whether exactly these were sent, each once and in this order; which were lost or doubled otherwise. */
export function compareSends(recorded: readonly string[], texts: readonly string[]): Finding {
  const lost = texts.filter((text) => !recorded.includes(text));
  const doubled = recorded.filter((text, index) => recorded.indexOf(text) !== index);
  const isInOrder = recorded.every((text, index) => text === texts[index]);
  const held = recorded.length === texts.length && isInOrder;
  const faults = `lost ${show(lost)}, doubled ${show(doubled)}${isInOrder ? '' : ', not in order'}`;
  return { held, found: `${recorded.length} sends on record, ${held ? 'each once, in order' : faults}` };
}
