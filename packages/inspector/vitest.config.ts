import { defineConfig } from 'vitest/config';

// A project inherits nothing from vitest.workspace.ts. The first line serves DOM environments, the second Node's.
export default defineConfig({
  resolve: { conditions: ['holdfast:source'] },
  ssr: { resolve: { conditions: ['holdfast:source'] } },
  test: { name: 'inspector', include: ['test/**/*.test.ts'] },
});
