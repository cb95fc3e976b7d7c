export { ChartCoverageReporter, type ChartCoverageReporterOptions } from './ChartCoverageReporter.ts';
export { type SavedCoverage, saveCoverage } from './savedCoverage.ts';
