import { ModelFailure } from '@holdfast/testing/model';
import { ForgetfulLoginSession, LoginSession } from './LoginSession.ts';
import { loginModel } from './loginModel.ts';

const good = loginModel(LoginSession);
const plan = good.plan();
console.log(`A plan of ${plan.paths.length} path covers ${plan.covered} of ${plan.total} transitions of the login:\n`);
for (const path of plan.paths) {
  await good.run(path);
  for (const { name } of path.steps) console.log(`  ${name}`);
}
const { runs, steps } = await good.walk({ seed: 1 });
console.log(`\nThe session does all of it, and the same on ${runs} random walks of ${steps} steps together.`);
console.log('One that forgets to forget does not:\n');
const failure: unknown = await loginModel(ForgetfulLoginSession)
  .walk({ seed: 1 })
  .catch((error: unknown) => error);
if (!(failure instanceof ModelFailure)) throw new Error('Expected the planted bug to be found.', { cause: failure });
console.log(failure.message);
