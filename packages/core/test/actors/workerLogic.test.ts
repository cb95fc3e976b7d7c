import { describe, expect, it } from 'vitest';
import { createActor, type EventObject, setup } from 'xstate';
import { workerLogic } from '../../src/actors/workerLogic.ts';

/** A parent with one worker, what the worker went through, and what the parent was told. */
function employ() {
  const past: string[] = [];
  const told: string[] = [];
  const logic = workerLogic<EventObject, { readonly name: string }, EventObject>(({ name }, report) => {
    past.push(`began as ${name}`);
    return {
      receive({ type }) {
        past.push(type);
        if (type === 'break') throw new Error('broken by the test');
        report({ type: `${type}.done` });
      },
      stop: () => void past.push('stopped'),
    };
  });
  const parent = createActor(
    setup({ actors: { worker: logic } }).createMachine({
      invoke: { id: 'worker', src: 'worker', input: { name: 'Ada' } },
      on: { '*': { actions: ({ event }) => void told.push(event.type) } },
    }),
  );
  parent.start();
  const worker = parent.getSnapshot().children['worker'];
  if (!worker) throw new Error('The parent has no worker.');
  return { parent, worker, past, told };
}

describe('an actor whose work an object does', () => {
  it('hands it its input and each event, and its reports to the parent', () => {
    const { past, told, worker } = employ();
    worker.send({ type: 'dig' });
    worker.send({ type: 'fill' });
    expect(past).toEqual(['began as Ada', 'dig', 'fill']);
    expect(told).toEqual(['dig.done', 'fill.done']);
  });

  it('stops it when it is stopped itself, once, and tells it nothing after', () => {
    const { parent, past, worker } = employ();
    parent.stop();
    worker.send({ type: 'dig' });
    expect(past).toEqual(['began as Ada', 'stopped']);
    expect(worker.getSnapshot().status).toBe('stopped');
  });

  it('stops it when it breaks, and is in error', () => {
    const { past, told, worker } = employ();
    worker.send({ type: 'break' });
    worker.send({ type: 'dig' });
    expect(past).toEqual(['began as Ada', 'break', 'stopped']);
    expect(worker.getSnapshot()).toMatchObject({ status: 'error', error: new Error('broken by the test') });
    expect(told).toEqual(['xstate.error.actor.worker']);
  });
});
