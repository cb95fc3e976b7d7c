import { describe, expect, it } from 'vitest';
import { type AcceptedSurvivor, judge, type Mutant, percentOf, type Report } from '../src/mutation/judgement.js';

const source = ['export function isOld(age: number) {', '  if (age > 9) return true;', '  return false;', '}'].join(
  '\n',
);

/** `age > 9` in the second line, in place of which the mutant has `replacement`. */
function mutant(status: Mutant['status'], replacement = 'age >= 9'): Mutant {
  const location = { start: { line: 2, column: 7 }, end: { line: 2, column: 14 } };
  return { mutatorName: 'EqualityOperator', replacement, status, location };
}

function report(mutants: readonly Mutant[], file = 'policy/age.ts', text = source): Report {
  return { files: { [`packages/core/src/${file}`]: { source: text, mutants } } };
}

const accepted: AcceptedSurvivor = {
  file: 'policy/age.ts',
  line: 'if (age > 9) return true;',
  change: 'age > 9 → age >= 9',
  reason: 'Nobody is 9.',
};

describe('the score', () => {
  it('counts a time-out as found, what no test comes to as not found, and what could not be tried not at all', () => {
    const statuses = [
      'Killed',
      'Timeout',
      'Survived',
      'NoCoverage',
      'RuntimeError',
      'CompileError',
      'Ignored',
    ] as const;
    const { invalid, total } = judge(report(statuses.map((status) => mutant(status))), []);
    expect(total).toEqual({ name: 'total', detected: 2, valid: 4 });
    expect(percentOf(total)).toBe(50);
    expect(invalid).toBe(2);
  });

  it('is told for each folder', () => {
    const files = {
      ...report([mutant('Killed')], 'actors/deep/one.ts').files,
      ...report([mutant('Survived'), mutant('Killed')], 'policy/two.ts').files,
    };
    expect(judge({ files }, []).folders).toEqual([
      { name: 'actors', detected: 1, valid: 1 },
      { name: 'policy', detected: 1, valid: 2 },
    ]);
  });

  it('of a file in which there is nothing to break is 100', () => {
    expect(percentOf(judge(report([mutant('Ignored')]), []).total)).toBe(100);
  });
});

describe('a survivor', () => {
  it('is known by its file, the text of its line and the change', () => {
    expect(judge(report([mutant('Survived'), mutant('Killed')]), []).survivors).toEqual([
      {
        file: 'policy/age.ts',
        line: 'if (age > 9) return true;',
        change: 'age > 9 → age >= 9',
        lineNumber: 2,
        mutator: 'EqualityOperator',
        isCovered: true,
        reason: undefined,
      },
    ]);
  });

  it('keeps its reason when lines are written above it', () => {
    const moved = {
      ...mutant('NoCoverage'),
      location: { start: { line: 4, column: 7 }, end: { line: 4, column: 14 } },
    };
    const { obsolete, survivors } = judge(report([moved], 'policy/age.ts', `// one\n// two\n${source}`), [accepted]);
    expect(survivors).toMatchObject([{ reason: 'Nobody is 9.', isCovered: false, lineNumber: 4 }]);
    expect(obsolete).toEqual([]);
  });

  it.each([
    ['another file', report([mutant('Survived')], 'policy/other.ts'), 0],
    ['another change', report([mutant('Survived', 'true')]), 1],
    ['another line', report([mutant('Survived')], 'policy/age.ts', source.replace('true', 'false')), 1],
  ])('in %s is another', (_, changed, obsolete) => {
    const judgement = judge(changed, [accepted]);
    expect(judgement.survivors.map(({ reason }) => reason)).toEqual([undefined]);
    expect(judgement.obsolete).toHaveLength(obsolete);
  });

  it('that covers several lines is known by the first, and told in one', () => {
    const location = { start: { line: 1, column: 36 }, end: { line: 4, column: 2 } };
    const block = { ...mutant('Survived', '{}'), mutatorName: 'BlockStatement', location };
    expect(judge(report([block]), []).survivors).toMatchObject([
      { line: 'export function isOld(age: number) {', change: '{ if (age > 9) return true; return false; } → {}' },
    ]);
  });
});

describe('a reason', () => {
  it('whose mutant does not survive is of no use', () => {
    expect(judge(report([mutant('Killed')]), [accepted]).obsolete).toEqual([accepted]);
  });

  it('for a file that was no part of the run says nothing', () => {
    expect(judge(report([], 'actors/other.ts'), [accepted]).obsolete).toEqual([]);
  });
});
