import type { WindowLike, WindowTarget } from '../../src/stately/index.ts';

interface Message {
  readonly data: unknown;
  readonly origin: string;
  readonly source: unknown;
}

type Listener = (event: Message) => void;

/** A window of a browser, as far as messages go: it hands on what is meant for its origin. */
class FakeWindow {
  readonly self = this;
  readonly listeners = new Set<Listener>();
  opener: unknown = null;
  top: unknown = this;
  origin: string;
  /** What it was asked to post, and for whom. */
  readonly posted: { readonly message: unknown; readonly targetOrigin: string }[] = [];

  constructor(origin: string) {
    this.origin = origin;
  }

  addEventListener(_type: 'message', listener: Listener): void {
    this.listeners.add(listener);
  }

  removeEventListener(_type: 'message', listener: Listener): void {
    this.listeners.delete(listener);
  }

  /** This window as `from` holds it. */
  heldBy(from: FakeWindow): WindowTarget {
    return {
      postMessage: (message, targetOrigin) => {
        this.posted.push({ message, targetOrigin });
        if (targetOrigin !== '*' && targetOrigin !== this.origin) return;
        this.hear({ data: structuredClone(message), origin: from.origin, source: from });
      },
    };
  }

  hear(message: Message): void {
    for (const listener of [...this.listeners]) listener(message);
  }
}

/** An app that opens a page. */
export function createWindows(origin: string) {
  const app = new FakeWindow('http://app.test');
  const page = new FakeWindow(origin);
  const target = page.heldBy(app);
  const opened: string[] = [];
  const window: WindowLike = {
    open: (url) => {
      opened.push(url);
      return target;
    },
    addEventListener: (type, listener) => app.addEventListener(type, listener),
    removeEventListener: (type, listener) => app.removeEventListener(type, listener),
  };
  // The page says hello to its opener: to the app it comes from the window that it has opened.
  page.opener = {
    postMessage: (data: unknown) => app.hear({ data, origin: page.origin, source: target }),
  };
  page.top = page;
  return { app, page, target, window, opened };
}
