import { describe, expect, it } from 'vitest';
import { CreationPlace, placeIn } from '../src/CreationPlace.ts';

describe('the place where something was created', () => {
  it("is the innermost function that is the user's", () => {
    const startBot = (): string | undefined => new CreationPlace().describe();
    expect(startBot()).toMatch(/^startBot \(.*\/test\/creationPlace\.test\.ts:\d+:\d+\)$/);
  });

  it.each([
    [
      'of V8, past libraries and the runtime',
      'Error: captured\n    at new A (/app/node_modules/xstate/dist/a.js:1:2)\n    at node:internal/timers:5:5\n    at async startBot (file:///app/src/my%20bot.ts:12:5)',
      'startBot (/app/src/my bot.ts:12:5)',
    ],
    ['without a name', 'Error\n    at /app/src/bot.ts:3:4', '/app/src/bot.ts:3:4'],
    ['of Firefox and Safari', 'startBot@http://localhost/bot.js?v=1:3:4', 'startBot (http://localhost/bot.js:3:4)'],
    ['on Windows', 'Error\n    at run (file:///C:/app/bot.ts:3:4)', 'run (C:/app/bot.ts:3:4)'],
    [
      'of a library, where nothing else is told',
      'Error\n    at a (/app/node_modules/xstate/x.js:1:1)\n    at b (/app/node_modules/lib/y.js:2:2)',
      'b (/app/node_modules/lib/y.js:2:2)',
    ],
    ['none, where there is nothing', 'Error: captured', undefined],
  ])('is read from a stack %s', (_, stack, place) => {
    expect(placeIn(stack)).toBe(place);
  });
});
