import {
  outcome,
  type ScriptedChannel,
  type ScriptedChannelOptions,
  scriptedChannel,
  type VirtualClock,
} from '@holdfast/testing';
import type { InstanceServer, Interpreter, Json, JsonObject } from 'holdfast';
import { InvalidInputError } from 'holdfast';
import { withOurNames } from '../format/naming.ts';
import { isObject } from '../format/reader.ts';
import { DrivenServer } from './DrivenServer.ts';
import { outcomeOf } from './outcome.ts';
import { failureOf } from './PayloadChannel.ts';
import { VirtualWorld } from './VirtualWorld.ts';

type Facts = Readonly<Record<string, Json>>;
/** What ours says to each fact, in the original's words where it has them. */
type Answers = Readonly<Record<string, Json | object>>;

const module = 'TestMessaging';

/** Plays a scenario. One that is not known has no answers; the departures say why. */
export async function playScenario(name: string, facts: Facts, interpreter: Interpreter): Promise<Answers> {
  switch (name) {
    case 'starting':
      return {
        ...(await playStarting(facts, interpreter)),
        ...(await playRefusedStarts(interpreter)),
        ...(await playMissing(interpreter)),
        ...(await playLists(facts, interpreter)),
      };
    case 'stop_instance_order':
      return playStop(interpreter);
    case 'child_health_summary_shapes':
      return playChildren(interpreter);
    case 'worker_invalid_return':
      return playGarbage(interpreter);
    case 'state_survives_2_worker_restarts':
      return playRestarts(facts, interpreter);
    default:
      return {};
  }
}

/** A world with one channel that only sends, and does what its script says. */
function worldWith(
  kind: string,
  interpreter: Interpreter,
  options: Omit<ScriptedChannelOptions, 'clock'> = {},
): VirtualWorld {
  const capabilities = { inbound: 'none' } as const;
  const channels = (clock: VirtualClock) => [scriptedChannel({ kind, clock, capabilities, ...options })];
  return new VirtualWorld({ name: module, interpreter, channels });
}

/** A peer that does not answer: the instance stays in the state of its start. */
const silent = { fallback: { connect: outcome.hang() } } as const;

async function playStarting(facts: Facts, interpreter: Interpreter): Promise<Answers> {
  const recorded = facts['returns_instance'];
  const { id = 'a', name = 'A', channel_type: kind = 'telegram' }: JsonObject = isObject(recorded) ? recorded : {};
  const channelType = String(kind);
  const world = worldWith(channelType, interpreter, silent);
  const options = { id: String(id), name: String(name) };
  const server = await world.until(world.messaging.startInstance(channelType, options));
  const signals = world.takeSignals().map((event) => ({
    event: event.name.replace('instance.', ''),
    instance_id: String(event.metadata['instanceId']),
  }));
  const duplicate = await startAgain(world, channelType, options.id);
  const generated = await world.until(world.messaging.startInstance(channelType, { name: 'generated' }));
  const status = 'connected';
  const explicit = await world.until(world.messaging.startInstance(channelType, { name: 'explicit', status }));
  const answers = {
    returns_instance: server.instance,
    signals,
    server_status: server.status().status,
    duplicate_id_returns: duplicate,
    generated_id_is_uuid7: /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(
      generated.instance.id,
    ),
    explicit_status_kept_in_struct: explicit.instance.status,
    explicit_status_server_status: explicit.status().status,
  };
  await world.end();
  return answers;
}

async function startAgain(world: VirtualWorld, kind: string, id: string): Promise<Json> {
  const driven = world.messaging.whereis(id);
  try {
    await world.messaging.startInstance(kind, { id, name: 'again' });
    return ['ok', 'pid'];
  } catch (error) {
    const running = isObject(error) || error instanceof Error ? Reflect.get(error, 'running') : undefined;
    return ['error', ['already_started', running === driven ? 'pid' : String(error)]];
  }
}

async function playRefusedStarts(interpreter: Interpreter): Promise<Answers> {
  const world = worldWith('telegram', interpreter, silent);
  // What the compiler refuses too; a caller without types gets this far.
  const messaging: { startInstance(kind: string, options: object): Promise<InstanceServer> } = world.messaging;
  const missingName = await refusalOf(messaging.startInstance('telegram', {}));
  await world.end();
  return { missing_name: missingName };
}

async function refusalOf(started: Promise<unknown>): Promise<Json> {
  try {
    await started;
    return 'ok';
  } catch (error) {
    return error instanceof InvalidInputError ? { raises: 'ArgumentError' } : String(error);
  }
}

async function playMissing(interpreter: Interpreter): Promise<Answers> {
  const { messaging } = new VirtualWorld({ name: module, interpreter });
  return {
    instance_status_missing: await outcomeOf(() => ['ok', messaging.instanceStatus('missing')]),
    stop_missing: await outcomeOf(async () => ['ok', await messaging.stopInstance('missing')]),
  };
}

async function playLists(facts: Facts, interpreter: Interpreter): Promise<Answers> {
  const names = Array.isArray(facts['list_names']) ? facts['list_names'].map(String) : [];
  const world = worldWith('telegram', interpreter, silent);
  for (const name of names) await world.until(world.messaging.startInstance('telegram', { name }));
  const answers = {
    count: world.messaging.countInstances(),
    list_names: world.messaging.listInstances().map(({ name }) => name),
    list_health_names: world.messaging.listInstanceHealth().map(({ name }) => name),
  };
  await world.end();
  return answers;
}

async function playStop(interpreter: Interpreter): Promise<Answers> {
  const world = worldWith('telegram', interpreter);
  const { messaging } = world;
  const server = await world.until(messaging.startInstance('telegram', { id: 'i', name: 'I' }));
  await world.until(server.waitFor('connected'));
  world.takeSignals();
  const returns = await outcomeOf(async () => {
    await world.until(messaging.stopInstance('i'));
    return 'ok';
  });
  return {
    returns,
    signals: world.takeSignals().map(({ name }) => ({ event: name.replace('instance.', '') })),
    whereis_after: messaging.whereis('i') === undefined ? null : 'pid',
    status_after: await outcomeOf(() => ['ok', messaging.instanceStatus('i')]),
    count_after: messaging.countInstances(),
    stop_again_returns: await outcomeOf(async () => ['ok', await messaging.stopInstance('i')]),
  };
}

async function playChildren(interpreter: Interpreter): Promise<Answers> {
  const world = worldWith('telegram', interpreter);
  const server = await world.until(world.messaging.startInstance('telegram', { id: 'i', name: 'I' }));
  await world.until(server.waitFor('connected'));
  const running = server.status().childHealthSummary;
  await world.end();
  const alone = new DrivenServer(module, { id: 'i', name: 'I', channel_type: 'telegram' }, interpreter);
  await alone.start();
  const noSubtree = alone.observe().status.childHealthSummary;
  await alone.world.end();
  return { running, no_subtree: noSubtree };
}

async function playGarbage(interpreter: Interpreter): Promise<Answers> {
  const world = worldWith('telegram', interpreter, { script: { connect: [outcome.garbage(['ok', 'info'])] } });
  const server = await world.until(world.messaging.startInstance('telegram', { id: 'i', name: 'I' }));
  await world.until(server.waitFor('connected'));
  const answers = {
    same_server: world.messaging.whereis('i') === server,
    restart_count: server.status().restartCount,
  };
  await world.end();
  return answers;
}

/** The peer fails until as many restarts are counted as the original had, and then works. */
async function playRestarts(facts: Facts, interpreter: Interpreter): Promise<Answers> {
  const { status_after: after, settings } = facts;
  const restarts = isObject(after) ? Number(after['restart_count']) : 0;
  const named = isObject(after) ? after : {};
  const kind = String(named['channel_type']);
  const fallback = { connect: outcome.fail(failureOf('timeout')) };
  let channel: ScriptedChannel | undefined;
  const channels = (clock: VirtualClock): ScriptedChannel[] => {
    channel = scriptedChannel({ kind, clock, capabilities: { inbound: 'none' }, fallback });
    return [channel];
  };
  const world = new VirtualWorld({ name: module, interpreter, channels });
  const options = { id: String(named['instance_id']), name: String(named['name']) };
  const reconnect = { minConnectedMs: 0 };
  const ourSettings = isObject(settings) ? withOurNames(settings) : {};
  const started = world.messaging.startInstance(kind, { ...options, settings: ourSettings, reconnect });
  const server = await world.until(started);
  await world.clock.runUntil(() => server.status().restartCount === restarts);
  channel?.append({ connect: [outcome.ok()] });
  await world.until(server.waitFor('connected'));
  const statusAfter = server.status();
  await world.end();
  return { status_after: statusAfter };
}
