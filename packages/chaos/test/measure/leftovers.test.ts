import { describe, expect, it } from 'vitest';
import { beyond, handles } from '../../src/measure/leftovers.ts';

describe('what is left open', () => {
  it('is what is there now and was not before; what is there twice counts twice', () => {
    expect(beyond(['Timeout', 'TCPSocketWrap', 'Timeout'], ['Timeout'])).toEqual(['TCPSocketWrap', 'Timeout']);
    expect(beyond(['Timeout'], ['Timeout', 'TCPServerWrap'])).toEqual([]);
  });

  it('counts a timer that keeps the process running, and no longer when it is cleared', () => {
    const before = handles();
    const timer = setTimeout(() => {}, 60_000);
    expect(beyond(handles(), before)).toEqual(['Timeout']);
    clearTimeout(timer);
    expect(beyond(handles(), before)).toEqual([]);
  });
});
