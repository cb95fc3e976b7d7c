export { Chart, type ChartState, type ChartTransition } from './Chart.ts';
export {
  ChartCoverage,
  type CoverageCounts,
  CoverageMismatchError,
  type CoverageReport,
  CoverageTooLowError,
  type Covered,
  chartCoverage,
  type RecordedCoverage,
  type Thresholds,
} from './ChartCoverage.ts';
export type { Trigger } from './names.ts';
