export type { StatelyFrame } from './frames.ts';
export type { SocketConstructor, SocketLike, Timers } from './SocketLine.ts';
export { StatelyInspector, type StatelyOptions, statelyInspector } from './StatelyInspector.ts';
export type { FrameElementLike, WindowLike, WindowTarget } from './WindowLine.ts';
