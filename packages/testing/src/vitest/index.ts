export { ChartCoverageReporter, type ChartCoverageReporterOptions } from './ChartCoverageReporter.ts';
export { coveragePage } from './page/coveragePage.ts';
export { type SavedCoverage, saveCoverage } from './savedCoverage.ts';
