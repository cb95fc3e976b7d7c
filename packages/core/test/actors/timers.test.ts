import { outcome, scriptedChannel, VirtualClock } from '@holdfast/testing';
import { createMessaging } from 'holdfast';
import { expect, it } from 'vitest';

/** Minds what it is told to clear, as a clock of the app's own may. */
class StrictClock extends VirtualClock {
  readonly strangers: unknown[] = [];
  readonly #own = new Set<unknown>();

  override setTimeout(callback: () => void, delayMs: number): unknown {
    const timer = super.setTimeout(callback, delayMs);
    this.#own.add(timer);
    return timer;
  }

  override clearTimeout(timer: unknown): void {
    if (!this.#own.has(timer)) this.strangers.push(timer);
    super.clearTimeout(timer);
  }
}

it('an instance has the clock clear only what it has set', async () => {
  const clock = new StrictClock();
  const channel = scriptedChannel({ clock, script: { connect: [outcome.fail('down')], send: [outcome.fail('no')] } });
  const messaging = createMessaging({ channels: [channel], clock });
  const server = await messaging.startInstance('scripted', { name: 'Bot' });
  await clock.advance(5_000);
  const { settled } = await server.enqueue({ conversation: 'c', text: 'x' });
  channel.deliver({ id: '1', conversation: 'c', text: 'x' });
  await clock.advance(5_000);
  expect(await settled).toEqual({ externalMessageId: 2 });
  await Promise.all([server.stop(), clock.advance(60_000)]);
  expect(channel.callCount('send')).toBe(2);
  expect(clock.strangers).toEqual([]);
});
