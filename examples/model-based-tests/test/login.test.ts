import { readFile } from 'node:fs/promises';
import { ModelFailure } from '@holdfast/testing/model';
import { describe, expect, it, test } from 'vitest';
import { ForgetfulLoginSession, LoginSession } from '../src/LoginSession.ts';
import { loginModel } from '../src/loginModel.ts';

describe('a login', () => {
  const model = loginModel(LoginSession);
  const plan = model.plan();

  test('its plan covers every transition', () => expect(plan.missing).toEqual([]));

  for (const path of plan.paths) test(path.name, () => model.run(path));

  test('random walks', async () => expect(await model.walk()).toMatchObject({ runs: 100, missing: [] }));
});

describe('the planted bug', () => {
  const model = loginModel(ForgetfulLoginSession);

  it.each([1, 2, 3, 4, 5])(
    'is found by random walks, seed %i, and shortened to the five steps that it takes',
    async (seed) => {
      const failure: unknown = await model.walk({ seed }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ModelFailure);
      const { steps } = failure as ModelFailure;
      expect(steps).toHaveLength(5);
      expect(steps.at(-1)).toBe('loggedOut stays by logIn [password: wrong]');
      expect(steps).toContain('loggedIn → loggedOut by logOut');
    },
  );

  it('is told as the README of @holdfast/testing shows it', async () => {
    const failure: unknown = await model.walk({ seed: 1 }).catch((error: unknown) => error);
    const readme = await readFile(new URL('../../../packages/testing/README.md', import.meta.url), 'utf8');
    expect(readme).toContain((failure as ModelFailure).message);
  });

  it('stays found by the code that the failure prints', async () => {
    const run = model.run([
      { type: 'logIn', password: 'wrong' },
      { type: 'logIn', password: 'wrong' },
      { type: 'logIn', password: 'right' },
      { type: 'logOut' },
      { type: 'logIn', password: 'wrong' },
    ]);
    await expect(run).rejects.toThrow("Expected: 'loggedOut'\nGot:      'locked'");
  });
});
