import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker } from '../../peers/Broker.ts';
import type { Children } from '../../peers/Children.ts';
import type { Place } from '../disk/Place.ts';
import { type StoreContent, StoreCopy } from '../disk/storeCopy.ts';
import { Pasts } from '../ledger/fates.ts';
import { type InboundFindings, inboundFindings } from '../ledger/inboundFindings.ts';
import { Ledger } from '../ledger/Ledger.ts';
import { type OutboundFindings, outboundFindings } from '../ledger/outboundFindings.ts';
import { Servers } from '../servers/Servers.ts';
import type { Report } from '../subject/protocol.ts';
import { Desk } from './Desk.ts';
import { Life } from './Life.ts';
import { Reports } from './Reports.ts';
import { Writer } from './Writer.ts';

/** The last life may take so long until everything has arrived. Milliseconds. */
const drainDeadlineMs = 25_000;
const stopDeadlineMs = 12_000;
const connectDeadlineMs = 15_000;

export interface StageOptions {
  readonly children: Children;
  readonly broker: Broker;
  readonly name: string;
  readonly place: Place;
}

/** What a part of the run has found. */
export interface StageOutcome {
  readonly outbound: OutboundFindings;
  readonly inbound: InboundFindings;
  readonly problems: readonly string[];
  readonly decisions: Ledger['decisions'];
  /** By the code of the error and that of its cause. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Starts that did not open the store, by the code of the error. */
  readonly unopened: ReadonlyMap<string, number>;
  readonly kills: number;
}

/** One part of the run: servers of its own, a store of its own, and one life after the other on it. */
export class Stage {
  readonly ledger = new Ledger();
  readonly place: Place;
  readonly #children: Children;
  readonly #servers: Servers;
  readonly #folder: string;
  readonly #desk: Desk;
  readonly #writer: Writer;
  readonly #connected = new Set<string>();
  #lives = 0;
  #life: Life | undefined;
  #isFinishing = false;
  /** Of the life that is running, or has run last. */
  reports = new Reports();

  static async start({ broker, children, name, place }: StageOptions): Promise<Stage> {
    const folder = join(children.folder, name);
    await mkdir(folder);
    return new Stage({ children, folder, place, servers: await Servers.start(children, broker, name) });
  }

  private constructor(parts: { children: Children; folder: string; place: Place; servers: Servers }) {
    this.place = parts.place;
    this.#children = parts.children;
    this.#folder = parts.folder;
    this.#servers = parts.servers;
    this.#desk = new Desk(this.ledger, parts.servers);
    this.#writer = new Writer(this.ledger, parts.servers);
  }

  get instances(): number {
    return this.#servers.subjects.length;
  }

  /** The life that is running. Throws when there is none. */
  get life(): Life {
    if (!this.#life) throw new Error('Nobody lives.');
    return this.#life;
  }

  begin(): void {
    this.#lives += 1;
    const number = this.#lives;
    const { entrance, maxBytes, storePathInside } = this.place;
    this.reports = new Reports();
    const life = new Life({
      children: this.#children,
      order: { life: number, storePath: storePathInside, maxBytes, subjects: this.#servers.subjects },
      entrance,
      onReport: (report) => this.#hear(number, report),
    });
    this.#life = life;
    this.#desk.begin(number, life);
    void life.diedByItself().then((how) => this.ledger.problems.push(`life ${number}: ${how}`));
  }

  /** SIGKILL. Resolves with what is left, before anything is done to it. */
  async kill(): Promise<StoreCopy> {
    await this.life.kill();
    this.#life = undefined;
    return StoreCopy.of(this.place.storePath, this.#folder, { name: `life-${this.#lives}` });
  }

  /** What the next life finds. `before`: what was there before something was taken away. */
  remember(found: StoreContent, before?: StoreContent): void {
    this.ledger.remains.push({ life: this.#lives, found, before });
  }

  /** The store as it is now, of its write-ahead log only so much. */
  copy(name: string, walBytes: number): Promise<StoreCopy> {
    return StoreCopy.of(this.place.storePath, this.#folder, { name: `life-${this.#lives}-${name}`, walBytes });
  }

  /** A last life, which nobody kills: it sends what is left and stops in order. Then the account is made up. */
  async finish(): Promise<StageOutcome> {
    this.begin();
    this.#isFinishing = true;
    if (!(await this.allConnected())) this.ledger.problems.push('not all instances are connected in the last life');
    await this.#writer.stop();
    this.#desk.beginLast();
    const drained = this.reports.heard(({ what }) => what === 'drained', { withinMs: drainDeadlineMs });
    this.life.tell({ name: 'finish' });
    if (!(await drained)) this.ledger.problems.push('the last life still has messages to send');
    await this.#allHandled();
    const stopped = this.reports.heard(({ what }) => what === 'stopped', { withinMs: stopDeadlineMs });
    this.life.tell({ name: 'stop' });
    if (await stopped) await this.life.ended();
    else {
      this.ledger.problems.push('the last life does not stop');
      await this.life.kill();
    }
    const left = await (await StoreCopy.of(this.place.storePath, this.#folder, { name: 'left' })).read();
    return this.#outcome(left);
  }

  /** Resolves with whether all instances are connected in time. To be asked when the life has just begun. */
  allConnected(): Promise<boolean> {
    return this.reports.heard(({ what }) => what === 'connected', {
      count: this.instances,
      withinMs: connectDeadlineMs,
    });
  }

  async close(): Promise<void> {
    this.#desk.close();
    await this.#writer.stop();
    await this.#servers.close();
  }

  async #outcome(left: StoreContent): Promise<StageOutcome> {
    const { ledger } = this;
    const arrivals = await this.#servers.arrivals();
    const { subjects } = this.#servers;
    const arrived = new Set(arrivals.map(({ text }) => text));
    const pasts = new Pasts(ledger.remains);
    return {
      outbound: outboundFindings({ ledger, pasts, arrived, arrivals, left, subjects }),
      inbound: inboundFindings(ledger, this.#servers.readAtOnce),
      problems: ledger.problems,
      decisions: ledger.decisions,
      refusals: counted(ledger.refused.values()),
      unopened: ledger.unopened,
      kills: ledger.remains.length,
    };
  }

  #hear(life: number, report: Report): void {
    this.ledger.record(life, report);
    if (report.what === 'held') this.#desk.held(report);
    if (report.what === 'connected') {
      this.#connected.add(report.instance);
      // Before that a broker would not know for whom to keep what the user writes.
      if (this.#connected.size === this.instances && !this.#isFinishing) this.#writer.start();
    }
    this.reports.hear(report);
  }

  async #allHandled(): Promise<void> {
    const { handlings, written } = this.ledger;
    const deadline = performance.now() + drainDeadlineMs;
    const isComplete = (): boolean => {
      const handled = new Set(handlings.map(({ instance, number }) => `${instance}/${number}`));
      return [...written].every((key) => handled.has(key));
    };
    while (!isComplete() && performance.now() < deadline) await sleep(50);
  }
}

function counted(values: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
