/** Tells what is being done: in one line that is written over where somebody looks on, in lines otherwise. */
export function progressTo(
  stream: { readonly isTTY?: boolean; write(text: string): unknown },
  nowMs: () => number,
): (what: string) => void {
  const startedAtMs = nowMs();
  return (what) => {
    const seconds = Math.round((nowMs() - startedAtMs) / 1_000);
    const line = what === '' ? '' : `[${String(seconds).padStart(3)} s] ${what}`;
    if (stream.isTTY) stream.write(`\r\x1b[K${line}`);
    else if (line !== '') stream.write(`${line}\n`);
  };
}
