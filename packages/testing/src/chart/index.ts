export { Chart, type ChartShape, type ChartState, type ChartTransition, type Trigger } from '@holdfast/chart';
export { ChartCoverage, chartCoverage } from './ChartCoverage.ts';
export {
  type CoverageCounts,
  CoverageMismatchError,
  type CoverageReport,
  CoverageTooLowError,
  type Covered,
  failuresUnder,
  mergeCoverage,
  type RecordedCoverage,
  reportCoverage,
  type Thresholds,
} from './coverageReport.ts';
export { pairOf, possiblePairs } from './possiblePairs.ts';
