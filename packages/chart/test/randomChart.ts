import fc from 'fast-check';
import { type AnyStateMachine, createMachine } from 'xstate';

interface Node {
  readonly id: string;
  readonly children: readonly Node[];
  readonly isParallel: boolean;
  readonly hasHistory: boolean;
}

interface Arrow {
  readonly from: number;
  readonly to: number | null;
  readonly event: string;
  readonly reenter: boolean;
}

const leaf = fc.constant<Tree>({ children: [], isParallel: false, hasHistory: false });
const { tree: shape } = fc.letrec<{ readonly tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({
      children: fc.array(tie('tree'), { maxLength: 4 }),
      isParallel: fc.boolean(),
      hasHistory: fc.boolean(),
    }),
  ),
}));

interface Tree {
  readonly children: readonly Tree[];
  readonly isParallel: boolean;
  readonly hasHistory: boolean;
}

/** Names that ask for trouble: of XML, of Mermaid, of fonts, of those who cut texts. */
const names = ['a', '<b>&"\'', '🚀 漢字', 'x'.repeat(90), 'end', 'é\u0000\n\ud800', '__proto__'];
const arrow: fc.Arbitrary<Arrow> = fc.record({
  from: fc.nat(),
  to: fc.option(fc.nat(), { freq: 4 }),
  event: fc.constantFrom('go', '*', 'a.*', ...names.slice(1, 4)),
  reenter: fc.boolean(),
});

/** Machines of any shape: nested and parallel states, history, transitions from anywhere to anywhere. They are drawn, not run. */
export const randomMachine: fc.Arbitrary<AnyStateMachine> = fc
  .tuple(shape, fc.array(arrow, { maxLength: 25 }))
  .map(([tree, arrows]) => build(tree, arrows));

function build(tree: Tree, arrows: readonly Arrow[]): AnyStateMachine {
  const ids: string[] = [];
  const number = ({ children, ...rest }: Tree): Node => {
    const id = `n${ids.length}`;
    ids.push(id);
    return { ...rest, id, children: children.map(number) };
  };
  const root = number(tree);
  const configOf = ({ children, hasHistory, id, isParallel }: Node): object => {
    const keyed = children.map((child, index) => [`${names[index % names.length]}${index}`, configOf(child)] as const);
    const history = hasHistory && children.length > 0 ? [['was', { type: 'history', history: 'deep' }] as const] : [];
    const own = arrows.filter(({ from }) => ids[from % ids.length] === id);
    const on: Record<string, object[]> = {};
    for (const { event, reenter, to } of own) {
      on[event] = [
        ...(on[event] ?? []),
        { guard: () => true, reenter, ...(to === null ? {} : { target: `#${ids[to % ids.length]}` }) },
      ];
    }
    const kind = isParallel && children.length > 0 ? { type: 'parallel' } : { initial: keyed[0]?.[0] };
    return { id, on, ...kind, states: Object.fromEntries([...keyed, ...history]) };
  };
  return createMachine(configOf(root) as never);
}
