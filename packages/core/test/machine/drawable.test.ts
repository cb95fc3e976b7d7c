import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/**
 * Stately's editors draw a chart from its text. They read one literal `setup({…}).createMachine({…})`, and drop in
 * silence what they cannot read: spreads, imported state nodes, computed keys, calls. Inline functions they show as text.
 */

const charts = ['instanceMachine', 'reconnectMachine'];

describe.each(charts)('%s.ts', (name) => {
  const config = readChart(readFileSync(new URL(`../../src/machine/${name}.ts`, import.meta.url), 'utf8'));

  it('is one literal setup({…}).createMachine({…})', () => {
    expect(config.setup.kind).toBe(ts.SyntaxKind.ObjectLiteralExpression);
    expect(config.machine.kind).toBe(ts.SyntaxKind.ObjectLiteralExpression);
  });

  it('holds nothing that an editor would drop or show as opaque text', () => {
    expect(undrawable(config.machine)).toEqual([]);
    expect(undrawable(config.setup)).toEqual([]);
  });

  it('describes every state', () => {
    const states = statesOf(config.machine, name);
    expect(states.length).toBeGreaterThan(8);
    expect(states.filter((state) => !propertyOf(state.node, 'description')).map((state) => state.path)).toEqual([]);
  });

  it('has an initial state wherever there are states inside', () => {
    const compound = [{ path: name, node: config.machine }, ...statesOf(config.machine, name)].filter(({ node }) =>
      propertyOf(node, 'states'),
    );
    expect(compound.filter(({ node }) => !propertyOf(node, 'initial')).map(({ path }) => path)).toEqual([]);
  });
});

describe('the reader itself', () => {
  const chart = (body: string, setup = '') =>
    undrawable(readChart(`export const m = setup({${setup}}).createMachine({${body}});`).machine);

  it.each([
    ['a spread', '...shared', 'SpreadAssignment: ...shared'],
    ['an imported state node', 'states: { idle: idleState }', 'Identifier: idleState'],
    ['an inline function', 'states: { idle: { entry: () => 1 } }', 'ArrowFunction: () => 1'],
    ['a helper call', 'states: { idle: makeState() }', 'CallExpression: makeState()'],
    ['a computed key', 'states: { [key]: {} }', 'ComputedPropertyName: [key]'],
    ['a target from a constant', 'on: { go: { target: somewhere } }', 'Identifier: somewhere'],
  ])('finds %s', (_, body, found) => {
    expect(chart(body)).toContain(found);
  });

  it('takes the names of implementations, and the functions that make context and input', () => {
    expect(
      chart("context: createContext, invoke: { src: 'a', input: makeInput }, on: { go: { actions: ['a'] } }"),
    ).toEqual([]);
  });
});

interface State {
  readonly path: string;
  readonly node: ts.ObjectLiteralExpression;
}

function readChart(text: string): { setup: ts.ObjectLiteralExpression; machine: ts.ObjectLiteralExpression } {
  const source = ts.createSourceFile('chart.ts', text, ts.ScriptTarget.ES2023, true);
  const found: { setup: ts.ObjectLiteralExpression; machine: ts.ObjectLiteralExpression }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression;
      const isSetup = ts.isCallExpression(expression) && expression.expression.getText() === 'setup';
      if (name.text === 'createMachine' && isSetup) {
        const [setup] = expression.arguments;
        const [machine] = node.arguments;
        if (setup && machine && ts.isObjectLiteralExpression(setup) && ts.isObjectLiteralExpression(machine)) {
          found.push({ setup, machine });
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const [only] = found;
  if (!only || found.length !== 1) throw new Error(`Expected one literal chart, found ${found.length}.`);
  return only;
}

/** In these places a name stands for an implementation; everywhere else it hides structure. */
const namedImplementations = new Set(['context', 'input', 'output', 'types']);

function undrawable(root: ts.ObjectLiteralExpression): string[] {
  const isSetup = propertyOf(root, 'types') !== undefined;
  const found: string[] = [];
  const note = (node: ts.Node): void => void found.push(`${ts.SyntaxKind[node.kind]}: ${node.getText()}`);
  const visit = (node: ts.Node): void => {
    if (ts.isSpreadAssignment(node) || ts.isSpreadElement(node) || ts.isComputedPropertyName(node)) return note(node);
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isMethodDeclaration(node)) return note(node);
    if (ts.isCallExpression(node)) return note(node);
    if (ts.isPropertyAssignment(node)) {
      visit(node.name);
      const name = node.name.getText();
      const isNamed = namedImplementations.has(name) || isSetup;
      if (isNamed && (ts.isIdentifier(node.initializer) || ts.isAsExpression(node.initializer))) return;
      if (ts.isIdentifier(node.initializer) || ts.isPropertyAccessExpression(node.initializer))
        return note(node.initializer);
      return visit(node.initializer);
    }
    if (ts.isShorthandPropertyAssignment(node)) return isSetup ? undefined : note(node);
    ts.forEachChild(node, visit);
  };
  root.properties.forEach(visit);
  return found;
}

function statesOf(node: ts.ObjectLiteralExpression, path: string): State[] {
  const states = propertyOf(node, 'states');
  if (!states || !ts.isObjectLiteralExpression(states)) return [];
  return states.properties.flatMap((property) => {
    if (!ts.isPropertyAssignment(property) || !ts.isObjectLiteralExpression(property.initializer)) return [];
    const state = { path: `${path}.${property.name.getText()}`, node: property.initializer };
    return [state, ...statesOf(state.node, state.path)];
  });
}

function propertyOf(node: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const property = node.properties.find((candidate) => candidate.name?.getText() === name);
  return property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
}
