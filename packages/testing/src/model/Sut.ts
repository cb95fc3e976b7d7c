import type { AnyEventObject } from 'xstate';

/**
 * A system under test, and how to lead it. Every method may return a promise; one that rejects or throws is a failure of the system.
 *
 * @template System what `create` makes: an actor, an object, a browser page.
 */
export interface Sut<System> {
  /** A new one for each path: nothing of the path before may be left in it. */
  create(): System | Promise<System>;
  /** Does to the system what the event stands for. Of actors it is `xstate.done.actor.<id>`, `xstate.error.actor.<id>`. */
  send(system: System, event: AnyEventObject): unknown;
  /** Lets that much time pass for it; `clock.advance(ms)` in virtual time. Needed when the machine waits for anything. Milliseconds. */
  advance?(system: System, ms: number): unknown;
  /** Waits until it rests. Called before each `read`. */
  settle?(system: System): unknown;
  /** What can be seen of it now, to be compared with what the model expects: JSON and plain objects. */
  read(system: System): unknown;
  /** Always called, after a failure too. */
  dispose?(system: System): unknown;
}
