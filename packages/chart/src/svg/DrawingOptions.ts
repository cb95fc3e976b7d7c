import type { ChartState, ChartTransition } from '../Chart.ts';

/** How a state or a transition is to look, and what is to be said of it. */
export interface ChartMark {
  /** Classes of CSS. */
  readonly classes?: readonly string[] | undefined;
  /** One character in front of its name. */
  readonly sign?: string | undefined;
  /** Read out, and shown at the pointer, after its name. */
  readonly note?: string | undefined;
}

export interface DrawingOptions {
  /** What is to be seen of each state. Default: nothing but the state. */
  readonly markState?: ((state: ChartState) => ChartMark) | undefined;
  /** The same of each transition. An arrow has the classes of all that go its way. */
  readonly markTransition?: ((transition: ChartTransition) => ChartMark) | undefined;
  /** Whether states and transitions can be reached by keyboard. Default false. */
  readonly isFocusable?: boolean | undefined;
  /** Whether the drawing brings its style, dark and light, and a ground; else the page has `drawingStyle`. Default true. */
  readonly withStyle?: boolean | undefined;
}

/** The options of a drawing, without gaps. */
export type Pen = { readonly [Key in keyof DrawingOptions]-?: NonNullable<DrawingOptions[Key]> };
