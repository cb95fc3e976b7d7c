import {
  AlreadyStartedError,
  type HealthSnapshot,
  type InstanceServer,
  InstanceStoppedError,
  type Interpreter,
  type Json,
  type JsonObject,
  type StatusSnapshot,
} from 'holdfast';
import { withOurNames } from '../format/naming.ts';
import { isObject } from '../format/reader.ts';
import { type CallOutcome, outcomeOf } from './outcome.ts';
import { ReplayError } from './ReplayError.ts';
import { VirtualWorld } from './VirtualWorld.ts';

const idleTimeoutMs = 30 * 60_000;

/**
 * The server as a trace sees it, that passes whatever its author thought of. Refusing it is the server's business, not
 * that of the compiler.
 */
interface UncheckedServer {
  notifyConnecting(): void;
  notifyConnected(meta?: Json): void;
  notifyDisconnected(reason?: Json): void;
  notifyFailure(reason: Json): void;
  notifySuccess(): void;
  notifyReconnectAttempt(attempt: Json, reason?: Json): void;
  notifyRestartMarker(restartClass: Json, reason: Json): void;
  readonly actor: { send(event: { readonly type: string }): void };
}

interface UncheckedMessaging {
  startServer(options: { readonly instance: object }): InstanceServer;
}

/** An instance without a channel, driven by the calls of a trace. */
export class DrivenServer {
  readonly world: VirtualWorld;
  readonly #id: string;
  readonly #instance: JsonObject;
  #server: InstanceServer | undefined;
  /** A Sender stands beside the server in the original and outlives it. */
  #senderDepth: number | undefined;
  #detachSender: (() => void) | undefined;

  constructor(module: string, instance: JsonObject, interpreter: Interpreter) {
    this.world = new VirtualWorld({ name: module, interpreter });
    const { credentials: _, ...named } = withOurNames(instance);
    if (isObject(named['settings'])) named['settings'] = withOurNames(named['settings']);
    this.#instance = named;
    this.#id = String(named['id']);
  }

  get isAlive(): boolean {
    return this.#server !== undefined && this.world.messaging.whereis(this.#id) === this.#server;
  }

  get connectedAt(): number | null {
    return this.isAlive ? this.#running.status().connectedAt : null;
  }

  async start(): Promise<CallOutcome> {
    return this.call('restart', []);
  }

  observe(): { readonly status: StatusSnapshot; readonly healthSnapshot: HealthSnapshot } {
    return { status: this.#running.status(), healthSnapshot: this.#running.healthSnapshot() };
  }

  /** Makes one call of a trace, a millisecond after the one before, and says what came of it. */
  async call(name: string, args: readonly Json[]): Promise<CallOutcome> {
    await this.world.clock.advance(1);
    const outcome = await outcomeOf(() => this.#perform(name, args));
    await this.world.clock.settle();
    return outcome;
  }

  get #running(): InstanceServer {
    if (this.#server === undefined) throw new ReplayError('Nothing was started yet.');
    return this.#server;
  }

  #perform(name: string, args: readonly Json[]): CallOutcome | Promise<CallOutcome> {
    return name.startsWith('notify_') ? this.#notify(name, args) : this.#ask(name, args);
  }

  #notify(name: string, [first, second]: readonly Json[]): CallOutcome {
    const server: UncheckedServer = this.#running;
    switch (name) {
      case 'notify_connecting':
        server.notifyConnecting();
        break;
      case 'notify_connected':
        server.notifyConnected(isObject(first) ? withOurNames(first) : first);
        break;
      case 'notify_disconnected':
        server.notifyDisconnected(first);
        break;
      case 'notify_failure':
        server.notifyFailure(given(first));
        break;
      case 'notify_success':
        server.notifySuccess();
        break;
      case 'notify_reconnect_attempt':
        server.notifyReconnectAttempt(given(first), second);
        break;
      case 'notify_restart_marker':
        server.notifyRestartMarker(given(first), given(second));
        break;
      default:
        throw new ReplayError(`The runner knows no call "${name}".`);
    }
    return 'ok';
  }

  async #ask(name: string, args: readonly Json[]): Promise<CallOutcome> {
    const { messaging } = this.world;
    const id = String(args[0]);
    switch (name) {
      case 'status':
        return ['ok', this.#running.status()];
      case 'health_snapshot':
        return ['ok', this.#running.healthSnapshot()];
      case 'get_instance':
        if (!this.isAlive) throw new InstanceStoppedError(this.#id);
        return ['ok', this.#running.instance];
      case 'whereis':
        return this.#pidOf(messaging.whereis(id));
      case 'status_by_name':
        return ['ok', messaging.instanceStatus(id)];
      case 'start_duplicate':
      case 'restart':
        return this.#startServer();
      case 'start_sender':
        this.#attachSender(Number(args[0]));
        return 'ok';
      case 'stop_sender':
        this.#removeSender();
        return 'ok';
      default:
        return this.#end(name, args);
    }
  }

  /** The ends that processes meet, and the messages that only processes get. */
  async #end(name: string, args: readonly Json[]): Promise<CallOutcome> {
    const [reason = null] = args;
    switch (name) {
      case 'stop':
        await this.world.until(this.#running.stop());
        return 'ok';
      case 'gen_stop':
        await this.world.until(this.#running.stop({ reason }));
        return 'ok';
      case 'exit':
        if (reason !== 'normal' && this.isAlive) await this.world.until(this.#running.stop({ reason }));
        return 'ok';
      case 'info':
        if (reason === 'timeout') await this.world.clock.advance(idleTimeoutMs);
        else this.#sendUnknown(reason);
        return 'ok';
      case 'unknown_cast':
        this.#sendUnknown(reason);
        return 'ok';
      case 'unknown_call':
        // Whatever is asked of the dead, the answer is the same.
        this.#running.status();
        this.#sendUnknown(reason);
        return 'ok';
      default:
        throw new ReplayError(`The runner knows no call "${name}".`);
    }
  }

  #startServer(): CallOutcome {
    const messaging: UncheckedMessaging = this.world.messaging;
    try {
      this.#server = messaging.startServer({ instance: this.#instance });
    } catch (error) {
      if (!(error instanceof AlreadyStartedError)) throw error;
      return ['error', ['already_started', this.#pidOf(error.running)]];
    }
    if (this.#senderDepth !== undefined) this.#attachSender(this.#senderDepth);
    return ['ok', 'pid'];
  }

  /** A pid is a pid in the traces; here it must be that of the server that the trace is about. */
  #pidOf(server: unknown): Json {
    if (server === undefined) return null;
    return server === this.#server ? 'pid' : 'the pid of another server';
  }

  #attachSender(depth: number): void {
    this.#senderDepth = depth;
    this.#detachSender = this.isAlive ? this.#running.attachSender({ queueDepth: () => depth }) : undefined;
  }

  #removeSender(): void {
    this.#senderDepth = undefined;
    this.#detachSender?.();
  }

  /** What is sent to the dead is lost. */
  #sendUnknown(message: Json): void {
    if (!this.isAlive) return;
    const { actor }: UncheckedServer = this.#running;
    actor.send({ type: `unknown.${typeof message === 'string' ? message : JSON.stringify(message)}` });
  }
}

/** An argument that has no default must be there. */
function given(argument: Json | undefined): Json {
  if (argument === undefined) throw new ReplayError('The trace leaves out an argument that has no default.');
  return argument;
}
