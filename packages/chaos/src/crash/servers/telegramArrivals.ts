interface RecordedCall {
  readonly type: 'api' | 'admin';
  readonly path: string;
  readonly accepted?: boolean;
  readonly body: { readonly chat_id?: string | number; readonly text?: string };
}

/** What crabline's record says that it has taken from a bot, in its order. The last line may still be being written. */
export function telegramArrivals(lines: string): { readonly conversation: string; readonly text: string }[] {
  return lines
    .split('\n')
    .flatMap(readCall)
    .filter(({ type, path, accepted }) => type === 'api' && accepted === true && path.endsWith('/sendMessage'))
    .map(({ body }) => ({ conversation: String(body.chat_id), text: body.text ?? '' }));
}

function readCall(line: string): RecordedCall[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
