/** Rows under a heading of one line or more, in columns: the first two are words and stand left, the others stand right. */
export function tableOf(heading: readonly (readonly string[])[], rows: readonly (readonly string[])[]): string {
  const all = [...heading, ...rows];
  const columns = Math.max(...all.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_column, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return column < 2 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  return [...heading.map(line), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** `-` where there is nothing to tell. */
export function duration(ms: number | null): string {
  if (ms === null) return '-';
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
