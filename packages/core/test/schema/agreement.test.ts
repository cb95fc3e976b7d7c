import { describe, expectTypeOf, it } from 'vitest';
import type * as z from 'zod/mini';
import type { Failure } from '../../src/schema/failure.ts';
import type { ChildHealthSummary, HealthSnapshot, StatusSnapshot } from '../../src/schema/healthSnapshot.ts';
import type { Instance } from '../../src/schema/instanceConfig.ts';
import type { InboundMessage, OutboundMessage } from '../../src/schema/message.ts';

/**
 * Some shapes stand twice side by side: as a schema that checks, and as an interface that people read. `tsc` fails here
 * when one of the two is changed alone. They differ in one thing only: the interfaces are readonly, deeply.
 */

type OptionalKeys<T> = { [Key in keyof T]-?: object extends Pick<T, Key> ? Key : never }[keyof T];

/** Without the keys whose type holds JSON: the interface's is readonly all the way down, the schema's is not. */
type Plain<T, JsonKeys extends keyof T = never> = Omit<T, JsonKeys>;

describe('a schema and the interface beside it', () => {
  it('agree about Failure', () => {
    type Checked = z.infer<typeof Failure>;
    expectTypeOf<Checked>().toExtend<Failure>();
    expectTypeOf<keyof Checked>().toEqualTypeOf<keyof Failure>();
    expectTypeOf<OptionalKeys<Checked>>().toEqualTypeOf<OptionalKeys<Failure>>();
    expectTypeOf<Plain<Failure, 'reason'>>().toExtend<Plain<Checked, 'reason'>>();
  });

  it('agree about OutboundMessage', () => {
    type Checked = z.infer<typeof OutboundMessage>;
    expectTypeOf<Checked>().toExtend<OutboundMessage>();
    expectTypeOf<keyof Checked>().toEqualTypeOf<keyof OutboundMessage>();
    expectTypeOf<OptionalKeys<Checked>>().toEqualTypeOf<OptionalKeys<OutboundMessage>>();
    expectTypeOf<Plain<OutboundMessage, 'metadata'>>().toExtend<Plain<Checked, 'metadata'>>();
  });

  it('agree about InboundMessage', () => {
    type Checked = z.infer<typeof InboundMessage>;
    expectTypeOf<Checked>().toExtend<InboundMessage>();
    expectTypeOf<keyof Checked>().toEqualTypeOf<keyof InboundMessage>();
    expectTypeOf<OptionalKeys<Checked>>().toEqualTypeOf<OptionalKeys<InboundMessage>>();
    expectTypeOf<Plain<InboundMessage, 'metadata'>>().toExtend<Plain<Checked, 'metadata'>>();
    type Sender = NonNullable<Checked['sender']>;
    expectTypeOf<OptionalKeys<Sender>>().toEqualTypeOf<OptionalKeys<NonNullable<InboundMessage['sender']>>>();
  });

  it('agree about Instance', () => {
    type Checked = z.output<typeof Instance>;
    expectTypeOf<Checked>().toExtend<Instance>();
    expectTypeOf<keyof Checked>().toEqualTypeOf<keyof Instance>();
    expectTypeOf<OptionalKeys<Checked>>().toEqualTypeOf<OptionalKeys<Instance>>();
    expectTypeOf<Plain<Instance, 'settings'>>().toExtend<Plain<Checked, 'settings'>>();
    expectTypeOf<OptionalKeys<z.input<typeof Instance>>>().toEqualTypeOf<'status' | 'settings'>();
  });

  it('agree about ChildHealthSummary', () => {
    type Checked = z.infer<typeof ChildHealthSummary>;
    expectTypeOf<Checked>().toExtend<ChildHealthSummary>();
    expectTypeOf<ChildHealthSummary>().toExtend<Checked>();
    expectTypeOf<OptionalKeys<Checked>>().toEqualTypeOf<OptionalKeys<ChildHealthSummary>>();
  });

  it('agree about StatusSnapshot', () => {
    type Checked = z.infer<typeof StatusSnapshot>;
    type JsonKeys = 'lastError' | 'lastRestartReason';
    expectTypeOf<Checked>().toExtend<StatusSnapshot>();
    expectTypeOf<keyof Checked>().toEqualTypeOf<keyof StatusSnapshot>();
    expectTypeOf<Plain<StatusSnapshot, JsonKeys>>().toExtend<Plain<Checked, JsonKeys>>();
    expectTypeOf<OptionalKeys<Checked>>().toEqualTypeOf<OptionalKeys<StatusSnapshot>>();
  });

  it('agree about HealthSnapshot', () => {
    type Checked = z.infer<typeof HealthSnapshot>;
    type JsonKeys = 'lastError' | 'lastRestartReason';
    expectTypeOf<Checked>().toExtend<HealthSnapshot>();
    expectTypeOf<keyof Checked>().toEqualTypeOf<keyof HealthSnapshot>();
    expectTypeOf<Plain<HealthSnapshot, JsonKeys>>().toExtend<Plain<Checked, JsonKeys>>();
    expectTypeOf<OptionalKeys<Checked>>().toEqualTypeOf<OptionalKeys<HealthSnapshot>>();
  });
});
