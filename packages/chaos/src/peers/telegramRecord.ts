/** What a Telegram server has written down about one bot, in one of its lives. */
export interface TelegramRecord {
  /** The texts that it has taken from the bot. */
  readonly taken: ReadonlySet<string>;
  /** The texts that a user has written to the bot, and the server has kept. */
  readonly written: ReadonlySet<string>;
  /** The bot has said that it has handled every update below this number. */
  readonly acknowledgedBelow: number;
}

interface RecordedCall {
  readonly type: 'api' | 'admin';
  readonly path: string;
  readonly accepted?: boolean;
  readonly body: { readonly text?: string; readonly offset?: number };
}

/** Reads crabline's recorder. A server that was killed may leave half a line behind: it says nothing. */
export function readTelegramRecord(lines: string): TelegramRecord {
  const calls = lines.split('\n').flatMap(readCall);
  const texts = (isWanted: (call: RecordedCall) => boolean): Set<string> =>
    new Set(calls.filter(isWanted).flatMap(({ body }) => body.text ?? []));
  return {
    taken: texts(({ type, path, accepted }) => type === 'api' && accepted === true && path.endsWith('/sendMessage')),
    written: texts(({ type }) => type === 'admin'),
    acknowledgedBelow: Math.max(
      0,
      ...calls.flatMap(({ path, body }) => (path.endsWith('/getUpdates') ? (body.offset ?? []) : [])),
    ),
  };
}

function readCall(line: string): RecordedCall[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
