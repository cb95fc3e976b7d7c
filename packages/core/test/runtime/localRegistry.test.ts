import { LocalRegistry } from 'holdfast';
import { describe, expect, it } from 'vitest';

describe('the registry of one process', () => {
  it('knows a value by the id under which it was registered, until it is unregistered', () => {
    const registry = new LocalRegistry<string>();
    expect(registry.whereis('a')).toBeUndefined();
    expect(registry.register('a', 'first')).toBe(true);
    expect(registry.whereis('a')).toBe('first');
    registry.unregister('a', 'first');
    expect(registry.whereis('a')).toBeUndefined();
  });

  it('gives an id to one at a time', () => {
    const registry = new LocalRegistry<string>();
    registry.register('a', 'first');
    expect(registry.register('a', 'second')).toBe(false);
    expect(registry.whereis('a')).toBe('first');
  });

  it('does not free an id for somebody who does not hold it', () => {
    const registry = new LocalRegistry<object>();
    const [first, second] = [{}, {}];
    registry.register('a', first);
    registry.unregister('a', second);
    expect(registry.whereis('a')).toBe(first);
  });

  it('lists in the order of registration; who comes back is last', () => {
    const registry = new LocalRegistry<string>();
    for (const id of ['c', 'a', 'b']) registry.register(id, id);
    registry.unregister('c', 'c');
    registry.register('c', 'c');
    expect(registry.list()).toEqual(['a', 'b', 'c']);
  });

  it('lists what there is at that moment', () => {
    const registry = new LocalRegistry<string>();
    registry.register('a', 'a');
    const listed = registry.list();
    registry.register('b', 'b');
    expect(listed).toEqual(['a']);
  });

  it.each(['__proto__', 'constructor', 'toString'])('takes %s for an id like any other', (id) => {
    const registry = new LocalRegistry<string>();
    expect(registry.whereis(id)).toBeUndefined();
    registry.register(id, 'x');
    expect(registry.whereis(id)).toBe('x');
  });
});
