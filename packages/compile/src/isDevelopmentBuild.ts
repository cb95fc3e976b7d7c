import { raise } from 'xstate';

/** XState's development build refuses to be called where its production build does nothing. */
function refusesToBeCalled(): boolean {
  const action: unknown = raise({ type: 'none' });
  try {
    if (typeof action === 'function') action();
    return false;
  } catch {
    return true;
  }
}

export const isDevelopmentBuild: boolean = /* @__PURE__ */ refusesToBeCalled();
