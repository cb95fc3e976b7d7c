import { describe, expect, it } from 'vitest';
import { createActor, type EventObject, setup } from 'xstate';
import { createLightActor, fromWorker, Worker } from '../src/index.ts';

interface Input {
  readonly name: string;
}

class Digger extends Worker<Input, EventObject, EventObject> {
  readonly #past: string[];

  constructor(input: Input, past: string[]) {
    super(input);
    this.#past = past;
    past.push(`made as ${input.name}`);
  }

  begin(): void {
    this.#past.push('began');
    if (this.input.name === 'Nobody') throw new Error('not begun');
    this.report({ type: 'ready' });
  }

  receive({ type }: EventObject): void {
    this.#past.push(type);
    if (type === 'break') throw new Error('broken by the test');
    this.report({ type: `${type}.done` });
  }

  stop(): void {
    this.#past.push('stopped');
    this.report({ type: 'unheard' });
  }
}

interface Employment {
  readonly name?: string;
  readonly snapshot?: unknown;
}

/** A parent with one worker, what the worker went through, and what the parent was told. */
function employ(create: typeof createActor, { name = 'Ada', snapshot }: Employment = {}) {
  const diggers: Digger[] = [];
  const past: string[] = [];
  const told: string[] = [];
  const logic = fromWorker<Input, EventObject>((input) => {
    const digger = new Digger(input, past);
    diggers.push(digger);
    return digger;
  });
  const machine = setup({ actors: { worker: logic } }).createMachine({
    initial: 'employing',
    on: { '*': { actions: ({ event }) => void told.push(event.type) } },
    states: {
      employing: { invoke: { id: 'worker', src: 'worker', input: { name } }, on: { dismiss: 'alone' } },
      alone: {},
    },
  });
  const parent = create(machine, snapshot === undefined ? {} : { snapshot: snapshot as never });
  parent.start();
  const worker = parent.getSnapshot().children['worker'];
  if (!worker) throw new Error('The parent has no worker.');
  return { digger: diggers[0], logic, parent, worker, past, told };
}

describe.each([
  ['createActor', createActor],
  ['createLightActor', createLightActor],
])('an actor of %s whose work an object does', (_, create) => {
  it('hands it its input and each event, and its reports to the parent', () => {
    const { past, told, worker } = employ(create);
    worker.send({ type: 'dig' });
    worker.send({ type: 'fill' });
    expect(past).toEqual(['made as Ada', 'began', 'dig', 'fill']);
    expect(told).toEqual(['ready', 'dig.done', 'fill.done']);
  });

  it('stops it when it is stopped itself, once, and tells it nothing after', () => {
    const { parent, past, worker } = employ(create);
    parent.stop();
    worker.send({ type: 'dig' });
    expect(past).toEqual(['made as Ada', 'began', 'stopped']);
    expect(worker.getSnapshot()).toEqual({
      status: 'stopped',
      output: undefined,
      error: undefined,
      input: { name: 'Ada' },
    });
  });

  it('stops it when it breaks, and is in error', () => {
    const { past, told, worker } = employ(create);
    worker.send({ type: 'break' });
    worker.send({ type: 'dig' });
    expect(past).toEqual(['made as Ada', 'began', 'break', 'stopped']);
    expect(worker.getSnapshot()).toMatchObject({ status: 'error', error: new Error('broken by the test') });
    expect(told).toEqual(['ready', 'unheard', 'xstate.error.actor.worker']);
  });

  it('stops it where it cannot even begin, and is in error', () => {
    const { past, told, worker } = employ(create, { name: 'Nobody' });
    expect(past).toEqual(['made as Nobody', 'began', 'stopped']);
    expect(worker.getSnapshot()).toMatchObject({ status: 'error', error: new Error('not begun') });
    expect(told).toEqual(['unheard', 'xstate.error.actor.worker']);
  });

  it('has nothing more to say once it is stopped, or broken', () => {
    const [dismissed, broken] = [employ(create), employ(create)];
    dismissed.parent.send({ type: 'dismiss' });
    dismissed.digger?.report({ type: 'late' });
    broken.worker.send({ type: 'break' });
    broken.digger?.report({ type: 'late' });
    expect([...dismissed.told, ...broken.told]).not.toContain('late');
    expect(dismissed.past.at(-1)).toBe('stopped');
  });

  it('begins again where it is started again after a stop, as @xstate/react does in its strict mode', () => {
    const { parent, past, told, worker } = employ(create);
    const before = [parent, worker].map((actor) => [actor, actor.getSnapshot()] as const);
    parent.stop();
    for (const [actor, snapshot] of before) Object.assign(actor, { _snapshot: snapshot, _processingStatus: 0 });
    parent.start();
    worker.send({ type: 'dig' });
    expect(past).toEqual(['made as Ada', 'began', 'stopped', 'began', 'dig']);
    expect(told.slice(-2)).toEqual(['ready', 'dig.done']);
  });

  it('is persisted with what it broke by, and in error again from that', () => {
    const { logic, worker } = employ(create);
    worker.send({ type: 'break' });
    const snapshot = logic.getPersistedSnapshot(worker.getSnapshot() as never);
    expect(snapshot).toMatchObject({ status: 'error', error: new Error('broken by the test'), input: { name: 'Ada' } });
    const errors: unknown[] = [];
    const again = create(logic, { snapshot, input: { name: 'nobody' } });
    again.subscribe({ error: (error) => errors.push(error) });
    again.start();
    expect(errors).toEqual([new Error('broken by the test')]);
  });

  it('is persisted as what it was begun with, and begins anew from that', () => {
    const { logic, parent, worker } = employ(create);
    expect(JSON.parse(JSON.stringify(worker.getSnapshot()))).toEqual({ status: 'active', input: { name: 'Ada' } });
    // No way to whoever works now.
    expect(logic.getPersistedSnapshot(worker.getSnapshot() as never)).not.toBeInstanceOf(Worker);
    const restored = employ(create, { snapshot: JSON.parse(JSON.stringify(parent.getPersistedSnapshot())) });
    restored.worker.send({ type: 'dig' });
    expect(restored.past).toEqual(['made as Ada', 'began', 'dig']);
  });

  it('stays stopped where it was persisted so', () => {
    const { logic, parent, worker } = employ(create);
    parent.stop();
    const snapshot = JSON.parse(JSON.stringify(logic.getPersistedSnapshot(worker.getSnapshot() as never)));
    const again = create(logic, { snapshot, input: { name: 'nobody' } }).start();
    again.send({ type: 'dig' });
    expect(again.getSnapshot()).toMatchObject({ status: 'stopped', input: { name: 'Ada' } });
  });

  it('has nobody to report to where it has no parent', () => {
    const past: string[] = [];
    const actor = create(
      fromWorker<Input, EventObject>((input) => new Digger(input, past)),
      { input: { name: 'Eve' } },
    );
    actor.start().send({ type: 'dig' });
    expect(past).toEqual(['made as Eve', 'began', 'dig']);
  });
});
