import { VirtualClock } from '@holdfast/testing';
import { type TestModel, testModel } from '@holdfast/testing/model';
import type { Clock } from 'holdfast';
import type { LoginSession } from './LoginSession.ts';
import { loginMachine } from './loginMachine.ts';

type Make = new (clock: Clock, password: string) => LoginSession;

interface Subject {
  readonly clock: VirtualClock;
  readonly session: LoginSession;
}

/** The machine, and how to lead a session beside it. */
export function loginModel(Session: Make): TestModel<Subject> {
  return testModel<Subject>({
    machine: loginMachine,
    events: { logIn: [{ password: 'right' }, { password: 'wrong' }] },
    sut: {
      create() {
        const clock = new VirtualClock();
        return { clock, session: new Session(clock, 'right') };
      },
      send({ session }, event) {
        if (event.type === 'logIn') session.logIn(event['password']);
        else session.logOut();
      },
      advance: ({ clock }, ms) => clock.advance(ms),
      read: ({ session }) => session.state,
    },
  });
}
