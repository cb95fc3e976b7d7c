import type { HealthSnapshot } from 'holdfast';
import type { Paint, Style } from './paint.ts';
import { cut, pad, show } from './text.ts';

interface Column {
  readonly title: string;
  readonly cell: (row: HealthSnapshot) => string;
  /** Room that is kept even when no cell needs it, so that the columns stand still. */
  readonly leastWidth?: number;
  readonly style?: (row: HealthSnapshot) => Style;
}

/** What a narrow terminal cuts off stands at the end. */
const columns: readonly Column[] = [
  { title: 'INSTANCE', cell: (row) => row.instanceId },
  { title: 'STATUS', cell: (row) => row.status, leastWidth: 'disconnected'.length, style: styleOf },
  { title: 'SUBSTATE', cell: (row) => row.substate ?? '-', style: styleOf },
  { title: 'FAILURES', cell: (row) => `${row.consecutiveFailures}` },
  { title: 'ATTEMPT', cell: (row) => `${row.reconnectAttempt}` },
  { title: 'QUEUE', cell: (row) => `${row.senderQueueDepth}` },
  { title: 'UPTIME', cell: (row) => formatUptime(row.uptimeMs) },
  { title: 'LAST ERROR', cell: (row) => (row.lastError === null ? '-' : show(row.lastError)) },
];

/** From this width on there is room for more air between the columns. */
const wideTerminal = 100;

/** The instances as lines of at most `width` columns: a header, then one line each. */
export function renderTable(rows: readonly HealthSnapshot[], width: number, paint: Paint): string[] {
  const gap = width < wideTerminal ? ' ' : '  ';
  const sized = columns.map((column) => ({ ...column, width: widthOf(column, rows) }));
  const header = joinCells(
    sized.map((column) => ({ text: column.title, width: column.width })),
    { width, gap, paint },
  );
  const lines = rows.map((row) => {
    const cells = sized.map(({ cell, width, style }) => ({ text: cell(row), width, style: style?.(row) }));
    return joinCells(cells, { width, gap, paint });
  });
  if (lines.length === 0) lines.push(paint('dim', cut('no instance is running', width)));
  return [paint('bold', header), ...lines];
}

interface Cell {
  readonly text: string;
  readonly width: number;
  readonly style?: Style | undefined;
}

/** The cells side by side. They are cut before they are painted: escape codes take no room. */
function joinCells(
  cells: readonly Cell[],
  { width, gap, paint }: { readonly width: number; readonly gap: string; readonly paint: Paint },
): string {
  let left = width;
  let line = '';
  for (const cell of cells) {
    const piece = pad(cell.text, Math.min(cell.width, left));
    line += cell.style ? paint(cell.style, piece) : piece;
    left -= piece.length + gap.length;
    if (left <= 0) break;
    line += gap;
  }
  return line.trimEnd();
}

function widthOf({ title, cell, leastWidth = 0 }: Column, rows: readonly HealthSnapshot[]): number {
  return Math.max(title.length, leastWidth, ...rows.map((row) => cell(row).length));
}

function styleOf({ status, substate }: HealthSnapshot): Style {
  if (status === 'connected' && substate === 'healthy') return 'green';
  return status === 'error' ? 'red' : 'yellow';
}

function formatUptime(uptimeMs: number): string {
  const seconds = Math.floor(uptimeMs / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours > 0) return `${hours}h ${twoDigits(minutes % 60)}m`;
  return minutes > 0 ? `${minutes}m ${twoDigits(seconds % 60)}s` : `${seconds}s`;
}

function twoDigits(value: number): string {
  return `${value}`.padStart(2, '0');
}
