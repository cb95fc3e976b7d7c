/**
 * Runs in the page before its own modules: counts frames and what comes over the line, and times from a click to what it shows. Written
 * as text, because this package is compiled for Node.
 */
export const probe = `
(() => {
  const probe = { frames: [], lags: [], bytes: 0, messages: 0, click: null };
  globalThis.probe = probe;
  let last;
  const onFrame = (now) => {
    if (last !== undefined) probe.frames.push(now - last);
    last = now;
    const { click } = probe;
    if (click !== null && click.drawnMs === null) {
      const title = document.querySelector('#chart-title')?.textContent;
      const isDrawn = title !== click.before && document.querySelector('#chart svg') !== null;
      // Painted is what this frame shows: just after it.
      if (isDrawn) setTimeout(() => { click.drawnMs ??= performance.now() - click.atMs; });
    }
    requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
  addEventListener('click', ({ target, timeStamp }) => {
    if (!(target instanceof HTMLCanvasElement) && target.closest?.('[data-actor]') == null) return;
    probe.click = { atMs: timeStamp, before: document.querySelector('#chart-title')?.textContent, drawnMs: null };
  }, true);
  const Line = globalThis.WebSocket;
  globalThis.WebSocket = class extends Line {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ data }) => {
        probe.messages += 1;
        probe.bytes += data.length;
        const at = data.lastIndexOf('"atMs":');
        if (at >= 0 && data.startsWith('{"type":"records"')) probe.lags.push(Date.now() - parseInt(data.slice(at + 7, at + 30), 10));
      });
    }
  };
})();
`;
