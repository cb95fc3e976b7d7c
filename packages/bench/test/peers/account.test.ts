import { describe, expect, it } from 'vitest';
import { Account } from '../../src/peers/Account.ts';

describe('the account of a run', () => {
  it('counts what came, and how much of it was different', () => {
    const account = new Account();
    for (const text of ['a:0 hello', 'a:1 hello', 'a:1 hello', 'b:0 hello']) account.add(text);
    expect(account.settle('a')).toEqual({ received: 3, distinct: 2 });
    expect(account.settle('b')).toEqual({ received: 1, distinct: 1 });
  });

  it('is forgotten when it was settled', () => {
    const account = new Account();
    account.add('a:0 hello');
    account.settle('a');
    expect(account.settle('a')).toEqual({ received: 0, distinct: 0 });
  });

  it('leaves out texts of nobody', () => {
    const account = new Account();
    for (const text of ['hello', ':1 hello', 'a:one', '']) account.add(text);
    expect(account.settle('a')).toEqual({ received: 0, distinct: 0 });
    expect(account.settle('')).toEqual({ received: 0, distinct: 0 });
  });
});
