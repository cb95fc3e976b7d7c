import { SessionError } from './errors.ts';
import { type Session, sessionFormat, sessionVersion } from './records.ts';
import { readCharts } from './session/charts.ts';
import { isObject, listOf, type Place, place, refuse } from './session/check.ts';
import { readActor, readRecord } from './session/readers.ts';

export interface ReadSessionOptions {
  /** How long the text may be. Default 64 Mi characters. */
  readonly maxLength?: number | undefined;
}

const defaultMaxLength = 64 * 1024 * 1024;

/**
 * An exported session, checked: what comes out has the form that its type says, whoever has written the text. Fields that a session
 * does not have are left out.
 *
 * @throws SessionError that says where it is wrong
 */
export function readSession(json: string, { maxLength = defaultMaxLength }: ReadSessionOptions = {}): Session {
  if (typeof json !== 'string') throw new SessionError(`Expected the session as JSON text, got ${typeof json}.`);
  if (json.length > maxLength) {
    throw new SessionError(
      `The session has ${json.length} characters, more than ${maxLength}: export less of it, or raise maxLength.`,
    );
  }
  const session = place(parse(json), 'session');
  if (!isObject(session.value)) return refuse(session, 'an object');
  const { format, version } = session.value;
  if (format !== sessionFormat || version !== sessionVersion) {
    throw new SessionError(
      `Expected format "${sessionFormat}" and version ${sessionVersion}, got ${show(format)} and ${show(version)}. ` +
        'Is it an export of this inspector, or one of another version?',
    );
  }
  return read(session.value, session);
}

function read(fields: Readonly<Record<string, unknown>>, session: Place): Session {
  const { exportedAtMs, dropped } = fields;
  if (typeof exportedAtMs !== 'number') return refuse(session.at('exportedAtMs'), 'a number');
  if (!isObject(dropped) || typeof dropped['records'] !== 'number') return refuse(session.at('dropped'), 'a count');
  const records = listOf(session.at('records'), readRecord);
  const unordered = records.findIndex(({ seq }, index) => index > 0 && seq <= (records[index - 1]?.seq ?? 0));
  if (unordered > 0)
    return refuse(session.at('records').at(unordered).at('seq'), 'a number above that of the record before');
  return {
    format: sessionFormat,
    version: sessionVersion,
    exportedAtMs,
    actors: listOf(session.at('actors'), readActor),
    charts: readCharts(session.at('charts')),
    records,
    dropped: { records: dropped['records'] },
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Without the text: it may be anything.
    throw new SessionError('The session is no JSON. Was the file cut off?');
  }
}

function show(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value).slice(0, 60) : typeof value;
}
