import { configureGlobal, readConfigureGlobal } from 'fast-check';
import { afterEach } from 'vitest';

// The same mutants die in each run: properties are tried with the same values.
configureGlobal({ ...readConfigureGlobal(), seed: 1 });

// What a test has left going comes to rest within that test. Stryker would take it for code that no test runs, and have all
// tests run against each mutant in it.
afterEach(() => new Promise((resolve) => setImmediate(resolve)));
