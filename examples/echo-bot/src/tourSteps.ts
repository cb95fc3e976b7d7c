import type { InstanceServer, TelemetryEventName } from 'holdfast';
import { describeAccount } from './account.ts';
import type { CountingProxy } from './CountingProxy.ts';
import { eventually, type Finding, throughout } from './finding.ts';
import type { LocalTelegram } from './LocalTelegram.ts';
import type { SimulatedUser } from './SimulatedUser.ts';
import { compareSends } from './sendRecord.ts';
import type { Signal } from './signalLog.ts';
import { show } from './text.ts';

/** Who and what takes part in the tour. */
export interface Stage {
  readonly server: LocalTelegram;
  /** The bot's only way to the server. */
  readonly proxy: CountingProxy;
  readonly bot: InstanceServer;
  readonly user: SimulatedUser;
  /** What the bot starts with, and what replaces it when that is revoked. */
  readonly tokens: { readonly first: string; readonly second: string };
  /** All telemetry so far. */
  readonly signals: readonly Signal[];
  /** Ends the step that is being played. */
  readonly stop: AbortSignal;
}

export interface Step {
  readonly title: string;
  readonly expected: string;
  readonly play: (stage: Stage) => Promise<Finding>;
}

/** What is waited for at most. Far more than it takes, for machines that are slow or busy. Milliseconds. */
const patienceMs = 15_000;
/** Several probe intervals and backoffs of the tour's bot: one that does not really park gives itself away. Milliseconds. */
const parkedForMs = 3_000;

const chatId = '100';
const written = Array.from({ length: 20 }, (_, index) => `message ${index + 1}`);
const echoes = written.map((text) => `echo: ${text}`);
const lateNews = 'accepted while parked';

const connects: Step = {
  title: 'The bot connects',
  expected: 'connected.healthy',
  play: (stage) => reaches(stage, 'connected.healthy'),
};

const echoesTen: Step = {
  title: 'It echoes ten messages',
  expected: '10 sends on record, each once, in order',
  play: async (stage) => {
    await sayAll(stage, written.slice(0, 10));
    return isOnRecord(stage, echoes.slice(0, 10));
  },
};

const noticesKill: Step = {
  title: 'The server is killed (SIGKILL), and the bot notices',
  expected: 'the signal instance.disconnected',
  play: async (stage) => {
    const before = named(stage, 'instance.disconnected').length;
    await stage.server.kill();
    return eventually(
      () => {
        const disconnected = named(stage, 'instance.disconnected').slice(before).at(-1);
        if (!disconnected) return { held: false, found: `none; it is ${stateOf(stage.bot)}` };
        return { held: true, found: `disconnected, ${show(disconnected.event.metadata['reason'] ?? null)}` };
      },
      patienceMs,
      stage.stop,
    );
  },
};

const reconnects: Step = {
  title: 'The server comes back, and the bot reconnects',
  expected: 'connected.healthy',
  play: async (stage) => {
    // The user does not know that the server is down, and goes on writing.
    await Promise.all([sayAll(stage, written.slice(10, 15)), stage.server.start(stage.tokens.first)]);
    return reaches(stage, 'connected.healthy');
  },
};

const echoesTenMore: Step = {
  title: 'It echoes ten more, five of them from before it was back',
  expected: '20 sends on record, each once, in order',
  play: async (stage) => {
    await sayAll(stage, written.slice(15));
    return isOnRecord(stage, echoes);
  },
};

const parks: Step = {
  title: 'The token is revoked, and the instance parks',
  expected: 'error.unauthorized',
  play: async (stage) => {
    await stage.server.stop();
    await stage.server.start(stage.tokens.second);
    return reaches(stage, 'error.unauthorized');
  },
};

const staysQuiet: Step = {
  title: `Parked, it asks nothing of the server for ${parkedForMs / 1000} s`,
  expected: 'error.unauthorized, and no connection and no byte to the server',
  play: async (stage) => {
    const before = stage.proxy.traffic;
    void stage.bot.enqueue({ conversation: chatId, text: lateNews });
    return throughout(
      () => {
        const connections = stage.proxy.traffic.connections - before.connections;
        const bytes = stage.proxy.traffic.bytes - before.bytes;
        const isParked = stateOf(stage.bot) === 'error.unauthorized';
        const counts = `${connections} connections and ${bytes} bytes, after ${before.connections} and ${before.bytes}`;
        const found = `${stateOf(stage.bot)}, ${counts}`;
        // A count that never rose would prove nothing.
        return { held: isParked && connections === 0 && bytes === 0 && before.bytes > 0, found };
      },
      parkedForMs,
      stage.stop,
    );
  },
};

const recovers: Step = {
  title: 'New credentials bring it back, and what waited is sent',
  expected: 'connected.healthy, 21 sends on record',
  play: async (stage) => {
    stage.bot.updateCredentials({ token: stage.tokens.second });
    const connected = await reaches(stage, 'connected.healthy');
    return connected.held ? isOnRecord(stage, [...echoes, lateNews]) : connected;
  },
};

const stops: Step = {
  title: 'It stops gracefully, with its account',
  expected: 'accepted = sent + failed + handed back, all of it sent, and 21 sends on record',
  play: async (stage) => {
    const account = await stage.bot.stop();
    const { accepted, sent, failed, expired, withdrawn, unknown, handedBack } = account;
    const isBalanced = accepted === sent + failed + expired + withdrawn + unknown + handedBack.length;
    const record = compareSends(await stage.server.sentTexts(), [...echoes, lateNews]);
    return {
      held: isBalanced && accepted === sent && sent === echoes.length + 1 && record.held,
      found: `${describeAccount(account)}; ${record.found}`,
    };
  },
};

const leavesNothing: Step = {
  title: 'Nothing is left running',
  expected: 'no server process',
  play: async ({ server }) => {
    await server.stop();
    const held = !server.isRunning;
    return { held, found: held ? 'the server process has ended' : `process ${server.pid} is still there` };
  },
};

/** The tour, in its order. Each step stands on those before it. */
export const steps: readonly Step[] = [
  connects,
  echoesTen,
  noticesKill,
  reconnects,
  echoesTenMore,
  parks,
  staysQuiet,
  recovers,
  stops,
  leavesNothing,
];

async function sayAll({ user, stop }: Stage, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    await user.say(text, stop);
    stop.throwIfAborted();
  }
}

function reaches({ bot, stop }: Stage, state: string): Promise<Finding> {
  const look = (): Finding => {
    const { lastError } = bot.status();
    const because = lastError === null ? '' : `, ${show(lastError)}`;
    return { held: stateOf(bot) === state, found: `${stateOf(bot)}${because}` };
  };
  return eventually(look, patienceMs, stop);
}

function stateOf(bot: InstanceServer): string {
  const { status, substate } = bot.status();
  return substate === null ? status : `${status}.${substate}`;
}

/** Waits until the server has recorded these sends, and the bot has heard so: then nothing of them can come twice. */
function isOnRecord(stage: Stage, texts: readonly string[]): Promise<Finding> {
  const look = async (): Promise<Finding> => {
    const record = compareSends(await stage.server.sentTexts(), texts);
    const known = named(stage, 'delivery.sent').length;
    if (!record.held || known === texts.length) return record;
    return { held: false, found: `${record.found}, but the bot knows of ${known}` };
  };
  return eventually(look, patienceMs, stage.stop);
}

function named({ signals }: Stage, name: TelemetryEventName): readonly Signal[] {
  return signals.filter(({ event }) => event.name === name);
}
