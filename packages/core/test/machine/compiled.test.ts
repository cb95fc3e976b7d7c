import { explain } from '@holdfast/compile';
import { scriptedChannel, VirtualClock } from '@holdfast/testing';
import { createMessaging, type Interpreter, InvalidInputError, instanceMachine } from 'holdfast';
import { expect, it } from 'vitest';
import { Actor } from 'xstate';
import { reconnectMachine } from '../../src/machine/reconnectMachine.ts';

it.each([
  ['instance', instanceMachine],
  ['reconnect', reconnectMachine],
])('the chart %s compiles whole', (_, machine) => {
  expect(explain(machine)).toEqual([]);
});

it('an instance runs on the compiled chart, unless it is told to have it interpreted', async () => {
  const logicsBy = async (interpreter?: Interpreter): Promise<readonly unknown[]> => {
    const clock = new VirtualClock();
    const messaging = createMessaging({ channels: [scriptedChannel({ clock })], clock, interpreter });
    const { actor } = await messaging.startInstance('scripted', { name: 'Bot' });
    return [actor, actor.getSnapshot().children.connection].map((one) => Reflect.get(Object(one), 'logic'));
  };
  // What a compiled chart has of its own is its transition; all else it inherits.
  const isCompiled = (logic: unknown): boolean =>
    Object.hasOwn(Object(logic), 'transition') && !Object.hasOwn(Object(logic), 'root');
  expect((await logicsBy()).map(isCompiled)).toEqual([true, true]);
  expect(await logicsBy('xstate')).toEqual([instanceMachine, reconnectMachine]);
});

it('an instance is a light actor, unless it is told to have its chart interpreted', async () => {
  const prototypeBy = async (interpreter?: Interpreter): Promise<unknown> => {
    const clock = new VirtualClock();
    const messaging = createMessaging({ channels: [scriptedChannel({ clock })], clock, interpreter });
    return Object.getPrototypeOf((await messaging.startInstance('scripted', { name: 'Bot' })).actor);
  };
  expect(await prototypeBy()).not.toBe(Actor.prototype);
  expect(await prototypeBy('xstate')).toBe(Actor.prototype);
});

it('an interpreter that there is not is refused', () => {
  expect(() => createMessaging({ interpreter: 'fast' as never })).toThrow(InvalidInputError);
  expect(() => createMessaging({ interpreter: 'fast' as never })).toThrow(
    'interpreter: expected "compiled" or "xstate"',
  );
});
