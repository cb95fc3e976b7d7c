import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** The blocks are compiled as if they stood here: this package depends on all that they import. */
const compiledIn = join(root, 'packages/tooling/test');

interface Block {
  readonly doc: string;
  readonly line: number;
  readonly code: string;
  /** The file that the block quotes whole. */
  readonly quotes: string | undefined;
}

const docs = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root })
  .toString()
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const texts = new Map(docs.map((doc) => [doc, readFileSync(join(root, doc), 'utf8')]));
const blocks = [...texts].flatMap(([doc, text]) => readBlocks(doc, text));

describe('the TypeScript in the docs', () => {
  it('is there to be checked', () => {
    expect(docs).toContain('README.md');
    expect(blocks.length).toBeGreaterThan(3);
  });

  it('compiles, every block of it', () => {
    expect(compile(blocks)).toEqual([]);
  }, 60_000);

  it('is the very file that a block says it quotes', () => {
    const quoting = blocks.filter(({ quotes }) => quotes !== undefined);
    expect(quoting.length).toBeGreaterThan(0);
    for (const { code, quotes } of quoting) expect(code).toBe(readFileSync(join(root, quotes ?? ''), 'utf8'));
  });
});

describe('the links in the docs', () => {
  it('lead to files that are there', () => {
    const broken = [...texts].flatMap(([doc, text]) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, target = '']) => normalize(join(dirname(doc), target)))
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${doc}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});

describe('the table of telemetry', () => {
  it('names every event there is, and no other', () => {
    const source = readFileSync(join(root, 'packages/core/src/schema/telemetryEvent.ts'), 'utf8');
    const declared = [...source.matchAll(/^ {2}'([a-z]+\.[a-z_]+)',$/gm)].map(([, name]) => name);
    const tabled = [
      ...(texts.get('ARCHITECTURE.md') ?? '').matchAll(
        /^\| `((?:instance|delivery|inbound|store|observer)\.[a-z_]+)` \|/gm,
      ),
    ].map(([, name]) => name);
    expect(declared.length).toBeGreaterThan(20);
    expect([...tabled].sort()).toEqual([...declared].sort());
  });
});

function readBlocks(doc: string, text: string): Block[] {
  const found = [...text.matchAll(/^```ts(?: file=(\S+))?\n(.*?)^```$/gms)];
  return found.map(({ 1: quotes, 2: code = '', index }) => {
    return { doc, line: text.slice(0, index).split('\n').length, code, quotes };
  });
}

/** The errors, each with the place in the doc where it stands. */
function compile(all: readonly Block[]): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = new Map(all.map((block, index) => [join(compiledIn, `block${index}.ts`), block]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path)?.code ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const block = files.get(path);
    return block ? ts.createSourceFile(path, block.code, version, true) : getSourceFile(path, version, ...rest);
  };
  const program = ts.createProgram({
    rootNames: [...files.keys()],
    options: {
      ...options,
      composite: false,
      incremental: false,
      declaration: false,
      declarationMap: false,
      noEmit: true,
      noUnusedLocals: false,
      moduleDetection: ts.ModuleDetectionKind.Force,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    },
    host,
  });
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const block = file && files.get(file.fileName);
    const line = file ? file.getLineAndCharacterOfPosition(start).line : 0;
    const place = block ? `${block.doc}:${block.line + line + 1}` : (file?.fileName ?? 'options');
    return `${place} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
