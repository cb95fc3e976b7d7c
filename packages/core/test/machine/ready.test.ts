import { outcome } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import { startOn } from './onScriptedChannel.ts';

describe('R11: ready and alive', () => {
  it('R11: ready comes with the first real connection, not with the start', async () => {
    const { channel, clock, server } = await startOn({ script: { connect: [outcome.hang()] } });
    expect(server.healthSnapshot()).toMatchObject({ status: 'starting', ready: false });
    channel.connects[0]?.answer(outcome.ok());
    await clock.settle();
    expect(server.healthSnapshot()).toMatchObject({ status: 'connected', ready: true });
  });

  it('R11: ready goes with the link', async () => {
    const { channel, clock, server } = await startOn();
    channel.links[0]?.drop();
    await clock.settle();
    expect(server.healthSnapshot().ready).toBe(false);
  });

  it('R11: something that fails on a living link degrades it, and leaves it ready', async () => {
    const { server } = await startOn();
    server.notifyFailure('once');
    expect(server.healthSnapshot()).toMatchObject({ substate: 'degraded', ready: true });
  });

  it('R11: draining is not ready', async () => {
    const { clock, server } = await startOn({ fallback: { send: outcome.hang() } });
    void server.enqueue({ conversation: 'a', text: '1' });
    await clock.settle();
    const stopped = server.stop({ deadlineMs: 1_000 });
    await clock.settle();
    expect(server.healthSnapshot()).toMatchObject({ status: 'connected', substate: 'draining', ready: false });
    await clock.advance(1_000);
    await stopped;
  });

  it.each([
    ['is down', outcome.fail('down')],
    ['refuses the token', outcome.fail({ severity: 'fatal', scope: 'auth', code: 'x.401', message: 'revoked' })],
    ['hangs', outcome.hang()],
  ])('R11: a provider that %s for a day makes an instance unready, and never dead', async (_, connect) => {
    const { clock, server } = await startOn({ fallback: { connect }, keep: 10 });
    await clock.advance(24 * 3_600_000);
    expect(server.isRunning).toBe(true);
    expect(server.healthSnapshot().ready).toBe(false);
    expect(server.healthSnapshot().childHealthSummary.children).toMatchObject({ connection: 'up', sender: 'up' });
  });
});
