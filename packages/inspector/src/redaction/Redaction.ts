import type { ChartDescription } from '../chartOf.ts';
import { InspectorOptionError } from '../errors.ts';
import type { EventSummary, Json, JsonObject } from '../records.ts';
import { type FieldRules, fieldsOf, signalFields, vitalFields } from './holdfastFields.ts';
import { defaultLimits, type Limits } from './plain.ts';
import { type Allowed, Rules } from './Rules.ts';

/** What may leave besides names of states, events, actions and actors. What is under a credential's name never does. */
export interface Allow {
  /** Of the context of machines. Default: nothing; of Holdfast's charts, counters, time stamps and codes. */
  readonly context?: Allowed | undefined;
  /** Of events, by their type. Default: nothing; of Holdfast's, numbers and codes. */
  readonly events?: Readonly<Record<string, Allowed>> | undefined;
  /** Of what actors are started with. Default: nothing. */
  readonly input?: Allowed | undefined;
  /** Of what actors end with. Default: nothing. */
  readonly output?: Allowed | undefined;
}

export interface RedactionOptions {
  /** Default: nothing more than what is known to be harmless in Holdfast's own charts. */
  readonly allow?: Allow | undefined;
  /** Bounds of what is allowed. What is left out has its default. */
  readonly limits?: Partial<Limits> | undefined;
}

/** Names of events, actions and actors come from the app's code, but may have been put together at run time. */
const nameLength = 200;
/** Types may be made up at run time without end. */
const rememberedTypes = 1_000;

export function clipName(name: unknown): string {
  const text = typeof name === 'string' ? name : '?';
  return text.length > nameLength ? `${text.slice(0, nameLength)}…` : text;
}

/** The one place through which anything of an app's data leaves. Nothing here throws once it is made. */
export class Redaction {
  readonly limits: Limits;
  readonly #context: Rules;
  readonly #events: ReadonlyMap<string, Rules>;
  readonly #input: Rules;
  readonly #output: Rules;

  /** @throws InspectorOptionError */
  constructor({ allow = {}, limits = {} }: RedactionOptions) {
    this.limits = checkLimits(limits);
    this.#context = Rules.parse(allow.context, 'allow.context');
    this.#input = Rules.parse(allow.input, 'allow.input');
    this.#output = Rules.parse(allow.output, 'allow.output');
    this.#events = new Map(
      Object.entries(allow.events ?? {}).map(([type, allowed]) => [type, Rules.parse(allowed, `allow.events.${type}`)]),
    );
  }

  /** For the actors of one chart. */
  for(chart: ChartDescription | undefined): ActorRedaction {
    return new ActorRedaction(this, this.#with(fieldsOf(chart)));
  }

  input(value: unknown): Json | undefined {
    return this.#input.selectValue(value, this.limits);
  }

  output(value: unknown): Json | undefined {
    return this.#output.selectValue(value, this.limits);
  }

  metadata(value: unknown): JsonObject {
    return signalFields.select(value, this.limits);
  }

  vitals(value: object): JsonObject {
    return vitalFields.select(value, this.limits);
  }

  #with({ context, events }: FieldRules): FieldRules {
    const all = new Map<string, Rules>(Object.entries(events));
    for (const [type, rules] of this.#events) all.set(type, rules.and(all.get(type) ?? Rules.none));
    return { context: this.#context.and(context), events: Object.fromEntries(all) };
  }
}

/** What may leave of the actors of one chart. */
export class ActorRedaction {
  readonly #redaction: Redaction;
  readonly #context: Rules;
  readonly #events: ReadonlyMap<string, Rules>;
  /** Summaries without fields, by type: the same events come again and again. */
  readonly #bare = new Map<string, EventSummary>();

  constructor(redaction: Redaction, { context, events }: FieldRules) {
    this.#redaction = redaction;
    this.#context = context;
    this.#events = new Map(Object.entries(events));
  }

  get showsContext(): boolean {
    return !this.#context.allowNothing;
  }

  context(value: unknown): JsonObject {
    return this.#context.select(value, this.#redaction.limits);
  }

  /** Of an event: its type, what is allowed of it, and how much is not shown. */
  event(event: { readonly type: string }): EventSummary {
    const count = countFields(event);
    const rules = this.#events.get(event.type);
    if (count === 0 || rules === undefined || rules.allowNothing) return this.#bareSummary(event.type, count);
    const fields = rules.select(event, this.#redaction.limits, 'type');
    return { type: clipName(event.type), fields, hidden: Math.max(0, count - countTops(fields)) };
  }

  #bareSummary(type: string, hidden: number): EventSummary {
    const known = this.#bare.get(type);
    if (known?.hidden === hidden) return known;
    const summary = Object.freeze({ type: clipName(type), hidden });
    if (this.#bare.size >= rememberedTypes) this.#bare.clear();
    this.#bare.set(type, summary);
    return summary;
  }
}

/** How many fields the paths belong to. */
function countTops(fields: JsonObject): number {
  const paths = Object.keys(fields);
  return paths.length < 2 ? paths.length : new Set(paths.map((path) => path.split('.', 1)[0])).size;
}

function countFields(event: object): number {
  try {
    return Object.keys(event).length - 1;
  } catch {
    return 1; // A hostile Proxy: there is something, and nobody can tell what.
  }
}

function checkLimits(limits: Partial<Limits>): Limits {
  const checked = { ...defaultLimits, ...limits };
  for (const key of ['depth', 'textLength', 'entries'] as const) {
    const value = checked[key];
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new InspectorOptionError(`limits.${key}: expected a whole number of at least 1, got ${String(value)}.`);
    }
  }
  return checked;
}
