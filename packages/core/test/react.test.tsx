// @vitest-environment happy-dom
import { VirtualClock } from '@holdfast/testing';
import { useActor, useActorRef, useMachine, useSelector } from '@xstate/react';
import {
  type InstanceCommand,
  InstanceServer,
  instanceMachine,
  isReady,
  selectStatus,
  selectSubstate,
  type TelemetryEvent,
} from 'holdfast';
import { act, type ReactNode, StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const instance = { id: 'bot', name: 'Bot', channelType: 'telegram' } as const;

let root: Root;
let container: HTMLElement;

beforeEach(() => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  container = document.body.appendChild(document.createElement('main'));
  root = createRoot(container);
});

afterEach(() => {
  act(() => root.unmount());
  container.remove();
});

const render = (element: ReactNode): void => act(() => root.render(element));
const text = (): string | null => container.textContent;
const click = (name: string): void => {
  const button = [...container.querySelectorAll('button')].find((candidate) => candidate.textContent === name);
  if (!button) throw new Error(`There is no button "${name}".`);
  act(() => button.click());
};

interface BotProps {
  readonly machine?: typeof instanceMachine;
  readonly observer?: (event: TelemetryEvent) => void;
}

/** What an app would write: the chart lives as long as the component. */
function Bot({ machine = instanceMachine, observer }: BotProps): ReactNode {
  const [snapshot, send] = useMachine(machine, { input: { instance, observer } });
  return (
    <>
      <output>{`${selectStatus(snapshot)}/${selectSubstate(snapshot)}/${isReady(snapshot)}`}</output>
      <button type="button" onClick={() => send({ type: 'notify.connected', meta: { version: '1' } })}>
        connect
      </button>
      <button type="button" onClick={() => send({ type: 'notify.failure', reason: 'broken' })}>
        fail
      </button>
    </>
  );
}

function BotByActor(): ReactNode {
  const [snapshot, send] = useActor(instanceMachine, { input: { instance } });
  return (
    <button type="button" onClick={() => send({ type: 'notify.disconnected', reason: 'gone' })}>
      {`${selectStatus(snapshot)}: ${JSON.stringify(snapshot.context.lastError)}`}
    </button>
  );
}

interface Watched {
  renders: number;
  send?: (event: InstanceCommand) => void;
}

function OwnStatus({ watched }: { readonly watched: Watched }): ReactNode {
  const actor = useActorRef(instanceMachine, { input: { instance } });
  watched.send = actor.send;
  watched.renders += 1;
  return useSelector(actor, selectStatus);
}

function StatusOf({ server }: { readonly server: InstanceServer }): ReactNode {
  return useSelector(server.actor, selectStatus);
}

const output = (): string | null | undefined => container.querySelector('output')?.textContent;

describe('a component that runs the chart', () => {
  it('shows the status, and what becomes of it on each event', () => {
    render(<Bot />);
    expect(output()).toBe('starting/null/false');
    click('connect');
    expect(output()).toBe('connected/healthy/true');
    click('fail');
    expect(output()).toBe('connected/degraded/true');
  });

  it('hands the telemetry to its observer', () => {
    const names: string[] = [];
    render(<Bot observer={({ name }) => names.push(name)} />);
    click('connect');
    expect(names).toEqual(['instance.started', 'instance.connected']);
  });

  it('may provide its own action in the place of ours', () => {
    const told: unknown[] = [];
    const names: string[] = [];
    const own = instanceMachine.provide({ actions: { publishConnected: ({ event }) => told.push(event) } });
    render(<Bot machine={own} observer={({ name }) => names.push(name)} />);
    click('connect');
    expect(output()).toBe('connected/healthy/true');
    expect(told).toEqual([{ type: 'notify.connected', meta: { version: '1' } }]);
    expect(names).toEqual(['instance.started']);
  });

  it('works in strict mode, which mounts it twice', () => {
    render(
      <StrictMode>
        <Bot />
      </StrictMode>,
    );
    click('connect');
    expect(output()).toBe('connected/healthy/true');
  });

  it('may do so with useActor too', () => {
    render(<BotByActor />);
    click('starting: null');
    expect(text()).toBe('disconnected: "gone"');
  });
});

describe('a component that only watches', () => {
  it('renders when what it selects changes, and not otherwise', () => {
    const watched: Watched = { renders: 0 };
    render(<OwnStatus watched={watched} />);
    act(() => watched.send?.({ type: 'notify.connected' }));
    expect(text()).toBe('connected');
    const before = watched.renders;
    act(() => watched.send?.({ type: 'notify.failure', reason: 'x' }));
    expect(watched.renders).toBe(before);
  });

  it('shows the status of a server that lives outside of it, and leaves it running when it goes', async () => {
    const server = InstanceServer.start({ instance, clock: new VirtualClock() });
    render(<StatusOf server={server} />);
    expect(text()).toBe('starting');
    act(() => server.notifyConnected());
    expect(text()).toBe('connected');
    render(null);
    expect(server.status().status).toBe('connected');
    await act(async () => void (await server.stop()));
  });
});
