import type { ChartShape, ChartState, ChartTransition } from '../Chart.ts';

/** Pixels, from the left and top of the drawing. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A transition in words: inside the box of its state, or on its arrow. */
export interface DrawnTransition extends Rectangle {
  readonly transition: ChartTransition;
  /** What waits for what, and under it the guard when both have no room in one line. Cut where they are too long. */
  readonly lines: readonly string[];
}

export interface DrawnState extends Rectangle {
  readonly state: ChartState;
  /** Its last key, cut where it is too long. */
  readonly title: string;
  /** How high the title is. The rows come below it, and then the states within. */
  readonly titleHeight: number;
  /** The transitions that stay within it. */
  readonly rows: readonly DrawnTransition[];
}

/** An arrow between two states that do not contain each other, with all transitions from the one to the other. */
export interface DrawnArrow {
  readonly source: ChartState;
  readonly target: ChartState;
  readonly points: readonly Point[];
  /** One below the other. Empty on the further arrows of a transition that has several targets. */
  readonly labels: readonly DrawnTransition[];
  /** All that go this way. */
  readonly transitions: readonly ChartTransition[];
}

/** The dot where a state begins, and the way from there to its initial state. */
export interface DrawnBeginning {
  /** The middle of the dot. */
  readonly dot: Point;
  readonly points: readonly Point[];
}

/** Where everything of a chart stands. */
export interface ChartDrawing {
  readonly chart: ChartShape;
  readonly width: number;
  readonly height: number;
  /** Parents before their children. */
  readonly states: readonly DrawnState[];
  readonly arrows: readonly DrawnArrow[];
  readonly beginnings: readonly DrawnBeginning[];
}
