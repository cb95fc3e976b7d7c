import type { Clock } from 'holdfast';

/** How often a password may be wrong before the session is locked, and for how long. */
export const limits = { tries: 3, lockMs: 30_000 } as const;

/** A login as many programs have it: three wrong passwords in a row lock it for half a minute. */
export class LoginSession {
  state: 'loggedOut' | 'loggedIn' | 'locked' = 'loggedOut';
  protected wrong = 0;
  readonly #clock: Clock;
  readonly #password: string;

  constructor(clock: Clock, password: string) {
    this.#clock = clock;
    this.#password = password;
  }

  logIn(password: string): void {
    if (this.state !== 'loggedOut') return;
    if (password === this.#password) this.welcome();
    else this.refuse();
  }

  logOut(): void {
    if (this.state === 'loggedIn') this.state = 'loggedOut';
  }

  protected welcome(): void {
    this.state = 'loggedIn';
    this.wrong = 0;
  }

  protected refuse(): void {
    this.wrong += 1;
    if (this.wrong < limits.tries) return;
    this.state = 'locked';
    this.#clock.setTimeout(() => this.#unlock(), limits.lockMs);
  }

  #unlock(): void {
    this.state = 'loggedOut';
    this.wrong = 0;
  }
}

/** The planted bug: wrong passwords of before a login still count after it. */
export class ForgetfulLoginSession extends LoginSession {
  protected override welcome(): void {
    this.state = 'loggedIn';
  }
}
