import type { Fleet } from '../actors/Fleet.ts';
import type { RestartHistory } from '../machine/instanceModel.ts';
import type { Interpreter } from '../machine/interpreters.ts';
import type { Clock } from '../ports/clock.ts';
import type { Inspection } from '../ports/inspection.ts';
import type { Observer } from '../ports/observer.ts';
import type { Random } from '../ports/random.ts';
import type { Registry } from '../ports/registry.ts';
import type { Store } from '../ports/store.ts';
import type { Instance } from '../schema/instanceConfig.ts';
import type { ChannelOptions } from './channelOptions.ts';

export interface InstanceServerOptions<Server = unknown> {
  readonly instance: Pick<Instance, 'id' | 'name' | 'channelType'> & Partial<Instance>;
  /** Whose instance it is: `instanceModule` in telemetry. Default `holdfast`. */
  readonly module?: string | undefined;
  /** Without one its workers are missing, and you drive it by `notify…`. */
  readonly channel?: ChannelOptions | undefined;
  readonly observer?: Observer | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** Where the instance is known by its id. Default: nowhere, so that nothing is a duplicate. */
  readonly registry?: Registry<Server> | undefined;
  /** What it shares with other instances: the reconnect budget, the watch for gaps. Default: shares nothing. */
  readonly fleet?: Fleet | undefined;
  /** Where it writes down what has to outlive the process. Default: nowhere. */
  readonly store?: Store | undefined;
  /** Consecutive failures that put it into `error`. A whole number from 1; default 10. */
  readonly failureLimit?: number | undefined;
  /** What it was before, when it is started again. Default: nothing, it begins from scratch. */
  readonly history?: RestartHistory | undefined;
  /** What runs the charts. Both do the same; compiled charts take a tenth of the time. Default `compiled`. */
  readonly interpreter?: Interpreter | undefined;
  /**
   * How long nothing has to happen to an instance that has a channel before it hibernates: its actors are let go, and made again by the next
   * event or timer. Messages come in and go out meanwhile, and it can be asked how it is. Milliseconds, above 0, `Infinity` for never; default 30
   * minutes. One whose `actor` was asked for, that is inspected, or that XState interprets never does.
   */
  readonly hibernateAfterMs?: number | undefined;
  /** Who sees what goes on in the chart. What it throws is ignored. Default: nobody. */
  readonly inspect?: Inspection | undefined;
}

/** How a supervisor starts an instance; the shape is OTP's. */
export interface ChildSpec<Server> {
  readonly id: string;
  readonly start: (history?: RestartHistory) => Server;
  readonly restart: 'permanent' | 'transient' | 'temporary';
  readonly type: 'worker' | 'supervisor';
}

/** A Sender of your own, for an instance without a channel. */
export interface SenderHandle {
  queueDepth(): number;
}
