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
      exclude: [
        'packages/tooling/**',
        // Runs in the page that it is written into; test/page tries it in Chromium.
        'packages/testing/src/vitest/page/pageScript.ts',
        // The same of the inspector's page, all but its model; the command runs as a process of its own.
        'packages/inspector/src/page/*.ts',
        'packages/inspector/src/server/bin/holdfastInspect.ts',
        // Of chaos what starts real servers, works with them and harms them: `npm run chaos` runs it and judges what came of it.
        'packages/chaos/src/{Subject,Traffic,Unhandled,World,fleet,main,runChaos,runCycle}.ts',
        'packages/chaos/src/faults/{network,peer,session}Faults.ts',
        'packages/chaos/src/measure/heap.ts',
        'packages/chaos/src/peers/{Broker,Children,Mqtt*,Telegram*,aedes*,chooseBroker,mosquitto,mqttRival,reaper}.ts',
        'packages/chaos/src/peers/telegram{Calls,Host}.ts',
        // The same of `npm run crash`.
        'packages/chaos/src/crash/{main,disk/fillableDisk}.ts',
        'packages/chaos/src/crash/run/{Life,Stage,fillDisk,killAll,runCrash}.ts',
        'packages/chaos/src/crash/servers/{MqttServer,Servers,TelegramServer}.ts',
        'packages/chaos/src/crash/subject/{Ballast,Subject,main,openWithPatience,pace}.ts',
        // Of the benchmarks what starts processes and measures them: a run of theirs checks that every message arrives once, and that
        // nobody's figures are of less work than those of the others.
        'packages/bench/src/{benchInstances,benchSender,main,runSections}.ts',
        'packages/bench/src/{peers/apiHost,sender/contestantHost,sender/runSender}.ts',
        'packages/bench/src/{events/eventsHost,events/runEvents,memory/memoryHost,memory/runMemory,guard/measureGroup}.ts',
        'packages/bench/src/{fleet/heap,memory/measureMemory,storm/measureStorm,timers/measureTimers}.ts',
        'packages/bench/src/{storm,timers}/{run*,*Host}.ts',
      ],
      reporter: ['text', 'html'],
      thresholds: { lines: 95, branches: 90, functions: 95, statements: 95 },
    },
  },
});
