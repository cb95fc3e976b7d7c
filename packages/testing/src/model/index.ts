export { ModelError } from './errors.ts';
export type { Cover } from './goals.ts';
export type { ModelInput, Wait } from './input.ts';
export type { EventCases, Payloads } from './inputs.ts';
export type { Projection } from './keyOf.ts';
export { type Finding, ModelFailure } from './ModelFailure.ts';
export {
  type PlanBounds,
  type PlannedPath,
  type PlannedStep,
  type PlanOptions,
  planTests,
  type TestPlan,
} from './planTests.ts';
export type { Sut } from './Sut.ts';
export { TestModel, type TestModelOptions, testModel, type WalkOptions, type WalkReport } from './testModel.ts';
