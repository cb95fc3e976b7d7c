import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../src/commandLine.ts';

describe('parseCommandLine', () => {
  test('no argument runs the bot, --tour the tour, --help wins over both', () => {
    expect(parseCommandLine([])).toEqual({ kind: 'run' });
    expect(parseCommandLine(['--tour'])).toEqual({ kind: 'tour' });
    expect(parseCommandLine(['--tour', '--help'])).toEqual({ kind: 'help' });
  });

  test.each([
    [['--tuor'], "Unknown option '--tuor'."],
    [['--tour=1'], "Option '--tour' does not take an argument."],
    [['tour'], "Unexpected argument 'tour'."],
  ])('%j is a mistake that is named', (args, message) => {
    expect(parseCommandLine(args)).toEqual({ kind: 'mistake', message });
  });
});
