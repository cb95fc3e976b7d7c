import { describe, expect, it } from 'vitest';
import { accountOf, problemsOf } from '../src/mutation/account.js';
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
    expect(total).toEqual({ name: 'total', valid: 4, detected: 2, accepted: 0, unexplained: 2 });
    expect(percentOf(total)).toBe(50);
    expect(invalid).toBe(2);
  });

  it('is told for each folder', () => {
    const files = {
      ...report([mutant('Killed')], 'actors/deep/one.ts').files,
      ...report([mutant('Survived'), mutant('Killed')], 'policy/two.ts').files,
    };
    expect(judge({ files }, []).folders).toEqual([
      { name: 'actors', valid: 1, detected: 1, accepted: 0, unexplained: 0 },
      { name: 'policy', valid: 2, detected: 1, accepted: 0, unexplained: 1 },
    ]);
  });

  it('tells those that survived with a reason from those that have none', () => {
    const { folders, total } = judge(report([mutant('Survived'), mutant('Survived', 'true')]), [accepted]);
    const expected = { valid: 2, detected: 0, accepted: 1, unexplained: 1 };
    expect([total, ...folders]).toEqual([
      { name: 'total', ...expected },
      { name: 'policy', ...expected },
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

describe('what is told of a run', () => {
  const mutants = [mutant('Killed'), mutant('Survived'), mutant('NoCoverage', 'true'), mutant('RuntimeError')];
  const judgement = judge(report(mutants), [accepted]);
  const table = [
    'folder        mutants     noticed                accepted unexplained',
    'policy              3           1      33.3 %           1           1',
    'total               3           1      33.3 %           1           1',
    '1 more could not be tried.',
  ];

  it('is each mutant that survived without a reason, as an entry would have it, and then the figures', () => {
    expect(accountOf(judgement, { withAccepted: false })).toEqual([
      'SURVIVED  packages/core/src/policy/age.ts:2  EqualityOperator',
      '          line    if (age > 9) return true;',
      '          change  age > 9 → true',
      '          No test comes here.',
      ...table,
    ]);
  });

  it('may begin with those that have a reason', () => {
    expect(accountOf(judgement, { withAccepted: true }).slice(0, 5)).toEqual([
      'accepted  packages/core/src/policy/age.ts:2  EqualityOperator',
      '          line    if (age > 9) return true;',
      '          change  age > 9 → age >= 9',
      '          Nobody is 9.',
      'SURVIVED  packages/core/src/policy/age.ts:2  EqualityOperator',
    ]);
  });

  it('is whether tests come to what survived', () => {
    expect(accountOf(judge(report([mutant('Survived')]), []), { withAccepted: false })[3]).toBe(
      '          Tests come here, and none of them fails.',
    );
  });
});

describe('a run', () => {
  const killed = Array.from({ length: 20 }, () => mutant('Killed'));

  it('of which all is noticed or accepted has no problems', () => {
    expect(problemsOf(judge(report([...killed, mutant('Survived')]), [accepted]))).toEqual([]);
  });

  it('fails when too few mutants of one folder are noticed, however many there are in all', () => {
    const files = {
      ...report([...killed, ...killed], 'actors/one.ts').files,
      ...report([mutant('Survived'), mutant('Killed')]).files,
    };
    expect(problemsOf(judge({ files }, [accepted]))).toEqual([
      'Of the mutants of policy 50.0 % were noticed, and 90 % have to be.',
    ]);
  });

  it('fails by a survivor without a reason, and by a reason without a survivor', () => {
    const problems = problemsOf(judge(report([...killed, mutant('Survived', 'true')]), [accepted]));
    expect(problems).toEqual([
      expect.stringMatching(/^1 survived without a reason/),
      expect.stringMatching(/ take it out: policy\/age\.ts, "if \(age > 9\) return true;", age > 9 → age >= 9$/),
    ]);
  });
});
