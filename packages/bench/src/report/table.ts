/** Rows under a heading, in columns: the first is words and stands left, the others stand right. */
export function tableOf(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heading.map((_, column) => Math.max(...[heading, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, column) =>
        column === 0 ? (cells[column] ?? '').padEnd(width) : (cells[column] ?? '').padStart(width),
      )
      .join('  ')
      .trimEnd();
  return [heading, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n');
}

/** In lines of 100 characters at most: the first stands `first` characters in, the others `rest`. */
export function wrapped(text: string, { first = 0, rest = 0 } = {}): string {
  const lines = [' '.repeat(first)];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    const isBegun = line.trim() !== '';
    if (isBegun && line.length + 1 + word.length > lineWidth) lines.push(' '.repeat(rest) + word);
    else lines[lines.length - 1] = isBegun ? `${line} ${word}` : line + word;
  }
  return lines.join('\n');
}

const lineWidth = 100;
