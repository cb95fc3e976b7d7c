import { defineConfig } from 'vitest/config';

// Vitest reads this file only when it is named: vitest run --config vitest.workspace.ts
export default defineConfig({
  resolve: { conditions: ['holdfast:source'] },
  ssr: { resolve: { conditions: ['holdfast:source'] } },
  test: {
    projects: ['packages/*/vitest.config.ts', 'examples/*/vitest.config.ts'],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      // Chaos is a program that harms real peers: its own run is its test.
      exclude: ['packages/tooling/**', 'packages/chaos/**'],
      reporter: ['text', 'html'],
      thresholds: { lines: 95, branches: 90, functions: 95, statements: 95 },
    },
  },
});
