/** A table under a title, with what one has to know to read it. */
export interface MarkdownTable {
  readonly title: string;
  /** Above the table; Markdown. */
  readonly note?: string;
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The first column stands left, the others right. A table without rows is nothing. */
export function markdownOf({ heading, note, rows, title }: MarkdownTable, level = 4): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string =>
    `| ${heading.map((_, column) => cells[column] ?? '').join(' | ')} |`;
  const rule = `|${heading.map((_, column) => (column === 0 ? '---' : '--:')).join('|')}|`;
  const table = [line(heading), rule, ...rows.map(line)].join('\n');
  return [`${'#'.repeat(level)} ${title}`, ...(note === undefined ? [] : [note]), table].join('\n\n');
}

/** The text with another block between its marker comments, which stay. Throws where they are not. */
export function withBlock(text: string, marker: string, block: string): string {
  const [begin, end] = [`<!-- ${marker}: written by npm run bench -- --record -->`, `<!-- ${marker}: end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new RangeError(`There is no place for it: "${begin}" and below it "${end}".`);
  return `${text.slice(0, from + begin.length)}\n\n${block.trim()}\n\n${text.slice(to)}`;
}
