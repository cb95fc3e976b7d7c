import type { Fleet } from '../actors/Fleet.ts';
import type { Clock } from '../ports/clock.ts';
import type { Registry } from '../ports/registry.ts';
import type { Hibernation } from './Hibernation.ts';
import type { OpenChannel } from './OpenChannel.ts';

/** The place of an instance among others, from its start to its end. */
export class Place<Server extends Named> {
  readonly clock: Clock;
  readonly channel: OpenChannel | undefined;
  readonly #server: Server;
  readonly #registry: Registry<Server> | undefined;
  readonly #hibernation: Hibernation | undefined;
  #fleet: Fleet | undefined;

  constructor(server: Server, { channel, clock, fleet, hibernation, registry }: PlaceOptions<Server>) {
    this.clock = clock;
    this.channel = channel;
    this.#server = server;
    this.#registry = registry;
    this.#hibernation = hibernation;
    this.#fleet = fleet;
    registry?.register(this.instanceId, server);
    fleet.join();
  }

  get instanceId(): string {
    return this.#server.instance.id;
  }

  /** Another may have the id. */
  free(): void {
    if (!this.#fleet) return;
    this.#fleet.leave();
    this.#hibernation?.end();
    this.#fleet = undefined;
    this.#registry?.unregister(this.instanceId, this.#server);
  }
}

interface Named {
  readonly instance: { readonly id: string };
}

interface PlaceOptions<Server> {
  readonly clock: Clock;
  readonly channel: OpenChannel | undefined;
  readonly registry: Registry<Server> | undefined;
  readonly hibernation: Hibernation | undefined;
  readonly fleet: Fleet;
}
