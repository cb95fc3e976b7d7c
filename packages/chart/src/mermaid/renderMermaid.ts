import type { ChartShape, ChartState } from '../Chart.ts';
import { type Arrangement, arrange } from '../layout/arrange.ts';
import { keyOf, rowLinesOf } from '../layout/words.ts';

/**
 * A chart as the text of a Mermaid `stateDiagram-v2`, which GitHub and others draw. Transitions that stay within their source are listed in
 * a note: Mermaid has no arrows from a state into itself.
 */
export function renderMermaid(chart: ChartShape): string {
  const arrangement = arrange(chart);
  const names = new Map(chart.states.map(({ id }, index) => [id, `s${index}`]));
  const write: Writer = { arrangement, nameOf: ({ id }) => names.get(id) ?? '' };
  const arrows = arrangement.ways.flatMap(({ source, target, transitions }) =>
    transitions.map(({ eventName, guard }) => {
      const words = guard === null ? eventName : `${eventName} [${guard}]`;
      return `  ${write.nameOf(source)} --> ${write.nameOf(target)} : ${escapeMermaid(words)}`;
    }),
  );
  const notes = chart.states.flatMap((state) => noteOf(state, write));
  return ['stateDiagram-v2', ...stateLines(arrangement.root, '  ', write), ...arrows, ...notes, ''].join('\n');
}

interface Writer {
  readonly arrangement: Arrangement;
  readonly nameOf: (state: ChartState) => string;
}

function stateLines(state: ChartState, indent: string, writer: Writer): readonly string[] {
  const { arrangement, nameOf } = writer;
  const key = keyOf(state, arrangement.parentOf(state));
  const head = `${indent}state "${escapeMermaid(key)}" as ${nameOf(state)}`;
  const children = arrangement.childrenOf(state);
  if (children.length === 0) return state.type === 'final' ? [head, `${indent}${nameOf(state)} --> [*]`] : [head];
  const inner = `${indent}  `;
  const blocks = children.map((child) => stateLines(child, inner, writer));
  const isParallel = state.type === 'parallel';
  const initial = isParallel ? undefined : children.find(({ isInitial }) => isInitial);
  const lines = blocks.flatMap((block, index) => (isParallel && index > 0 ? [`${inner}--`, ...block] : block));
  const beginning = initial ? [`${inner}[*] --> ${nameOf(initial)}`] : [];
  return [`${head} {`, ...beginning, ...lines, `${indent}}`];
}

function noteOf(state: ChartState, { arrangement, nameOf }: Writer): readonly string[] {
  const rows = arrangement.rowsOf(state);
  if (rows.length === 0) return [];
  const words = rows.map((row) => rowLinesOf(row, arrangement.targetName(row)).join(' '));
  return [`  note right of ${nameOf(state)}`, ...words.map((line) => `    ${escapeMermaid(line)}`), '  end note'];
}

/** Mermaid reads `#35;` as the character with that code. All that could be its syntax is written so. */
function escapeMermaid(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[^\p{L}\p{N}\p{Extended_Pictographic} .,_()→…-]|--|->/gu, (found) =>
      Array.from(found, (character) => `#${character.codePointAt(0)};`).join(''),
    );
}
