export { Chart, type ChartShape, type ChartState, type ChartTransition } from './Chart.ts';
export { ChartCoverage, chartCoverage } from './ChartCoverage.ts';
export {
  type CoverageCounts,
  CoverageMismatchError,
  type CoverageReport,
  CoverageTooLowError,
  type Covered,
  type RecordedCoverage,
  type Thresholds,
} from './coverageReport.ts';
export type { Trigger } from './names.ts';
