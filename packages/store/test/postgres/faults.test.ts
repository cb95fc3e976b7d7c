import { describe, expect, it } from 'vitest';
import { StoreUnreachableError } from '../../src/errors.ts';
import { entry, everything, putEntry, putKey } from '../samples.ts';
import { expectNoPassword, standOnPostgres } from './ground.ts';
import { password, serverKind } from './PostgresServer.ts';

const ground = standOnPostgres();

describe(`a server that is away (${serverKind})`, () => {
  it('is called unreachable, without the password, when nothing listens', async () => {
    const error = await ground.openingError({ connectionString: ground.server.urlAt(1) });
    expect(error).toBeInstanceOf(StoreUnreachableError);
    expect(error).toMatchObject({ code: 'STORE_UNREACHABLE', applied: 'none' });
    expect(error.message).toContain('127.0.0.1:1');
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('is called unreachable when its name is none', async () => {
    const connectionString = `postgres://u:${encodeURIComponent(password)}@nowhere.invalid/d`;
    expect(await ground.openingError({ connectionString })).toBeInstanceOf(StoreUnreachableError);
  });

  it('is connected again by the next call, once it is back', async () => {
    await using store = await ground.openThroughProxy();
    await store.commit([putEntry('a', entry(1))]);
    ground.proxy.isDown = true;
    ground.proxy.cut();
    const outcome = await store.commit([putEntry('a', entry(2))]).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(StoreUnreachableError);
    expect(outcome).toMatchObject({ applied: 'none' });
    expectNoPassword(outcome);
    await expect(store.load('a', everything)).rejects.toThrow(StoreUnreachableError);
    ground.proxy.isDown = false;
    await store.commit([putEntry('a', entry(3))]);
    expect(await ground.sequences()).toEqual([1, 3]);
  });

  it('costs nothing when only the idle connection was cut', async () => {
    await using store = await ground.openThroughProxy();
    await store.commit([putEntry('a', entry(1))]);
    ground.proxy.cut();
    await store.commit([putEntry('a', entry(2))]);
    ground.proxy.cut();
    expect((await store.load('a', everything)).outbox).toEqual([entry(1), entry(2)]);
    expect(ground.proxy.connections).toBe(3);
  });

  it('refuses a whole group at once', async () => {
    await using store = await ground.openThroughProxy();
    ground.proxy.isDown = true;
    ground.proxy.cut();
    const commits = Array.from({ length: 50 }, (_, number) => store.commit([putKey('a', number)]));
    const outcomes = await Promise.allSettled(commits);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(50);
    ground.proxy.isDown = false;
    expect((await store.load('a', everything)).keys).toEqual([]);
  });

  it('that freezes is given up after answerTimeoutMs, and used again when it thaws', async () => {
    const connectionString = ground.server.urlAt(ground.proxy.port);
    await using store = await ground.open({ connectionString, answerTimeoutMs: 200, connectTimeoutMs: 200 });
    await store.commit([putEntry('a', entry(1))]);
    ground.proxy.isFrozen = true;
    await expect(store.commit([putEntry('a', entry(2))])).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      applied: 'none',
    });
    await expect(store.load('a', everything)).rejects.toThrow(StoreUnreachableError);
    ground.proxy.isFrozen = false;
    await store.commit([putEntry('a', entry(3))]);
    expect(await ground.sequences()).toEqual([1, 3]);
  });

  it('that crashes has everything that resolved when it is back', async () => {
    await using store = await ground.open();
    await Promise.all([1, 2, 3].map((number) => store.commit([putEntry('a', entry(number))])));
    await ground.server.restart();
    await store.commit([putEntry('a', entry(4))]);
    expect(await ground.sequences()).toEqual([1, 2, 3, 4]);
  }, 30_000);

  it('is not waited for when the store is closed', async () => {
    const store = await ground.openThroughProxy();
    ground.proxy.isFrozen = true;
    await store.close();
    await ground.proxy.untilLeft();
  });
});

describe(`a connection that is lost with a COMMIT on its way (${serverKind})`, () => {
  it.each(['before the server has it', 'before the answer comes back'] as const)(
    'is no loss and no doubt when it is cut %s',
    async (harm) => {
      await using store = await ground.openThroughProxy();
      await store.commit([putEntry('a', entry(1))]);
      ground.proxy.cutNextCommit(harm);
      await store.commit([putEntry('a', entry(2))]);
      expect(await ground.sequences()).toEqual([1, 2]);
      expect(ground.proxy.connections).toBeGreaterThan(1);
    },
  );

  it('is not counted twice', async () => {
    await using store = await ground.openThroughProxy();
    await store.commit([putKey('a', 1), putKey('a', 2)]);
    ground.proxy.cutNextCommit('before the answer comes back');
    // The answer to a second try would be 0.
    const counts = await store.prune({ keepKeys: 0 });
    expect(counts.keys).toBe(2);
  });

  it('is called unknown when nobody can be asked', async () => {
    await using store = await ground.openThroughProxy();
    ground.proxy.cutNextCommit('before the answer comes back');
    const commit = store.commit([putEntry('a', entry(1))]);
    ground.proxy.isDown = true;
    const outcome = await commit.catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(StoreUnreachableError);
    expect(outcome).toMatchObject({ applied: 'unknown' });
    expect(String(outcome)).toContain('may be there or not');
    ground.proxy.isDown = false;
    expect(await ground.sequences()).toEqual([1]);
  });
});
