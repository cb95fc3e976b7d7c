import { describe, expect, it } from 'vitest';
import { ChildService } from '../../src/processes/ChildService.ts';

type Echo = {
  echo(value: string): Promise<string>;
  fail(): Promise<void>;
  end(): Promise<void>;
};

const open = () => new ChildService<Echo>(new URL('./echo.mjs', import.meta.url), ['an argument']);

describe('a child process that answers calls', () => {
  it('answers each with its own value, side by side', async () => {
    await using child = open();
    expect(await Promise.all([child.call('echo', 'a'), child.call('echo', 'b')])).toEqual([
      'an argument: a',
      'an argument: b',
    ]);
  });

  it('rejects with what went wrong in the child', async () => {
    await using child = open();
    await expect(child.call('fail')).rejects.toThrow('broken');
  });

  it('rejects what is under way when it ends, and every call after that', async () => {
    await using child = open();
    await expect(child.call('end')).rejects.toThrow('echo.mjs an argument ended (3)');
    await expect(child.call('echo', 'a')).rejects.toThrow();
  });

  it('ends when it is disposed of', async () => {
    const child = open();
    await child.call('echo', 'a');
    await child[Symbol.asyncDispose]();
    await expect(child.call('echo', 'a')).rejects.toThrow();
  });
});
