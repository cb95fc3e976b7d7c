import type { Point } from '../layout/ChartDrawing.ts';

const radius = 7;
const head = { length: 8, half: 4 };

/** Two decimals at most: the layout's own are many more than a drawing shows. */
export function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** A way along points, with its corners rounded. */
export function roundedPath(points: readonly Point[]): string {
  const parts = points.map((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (!before) return `M${number(point.x)} ${number(point.y)}`;
    if (!after) return `L${number(point.x)} ${number(point.y)}`;
    const from = towards(point, before, Math.min(radius, distance(point, before) / 2));
    const to = towards(point, after, Math.min(radius, distance(point, after) / 2));
    return `L${number(from.x)} ${number(from.y)}Q${number(point.x)} ${number(point.y)} ${number(to.x)} ${number(to.y)}`;
  });
  return parts.join('');
}

/** The triangle at the end of a way. */
export function arrowHead(points: readonly Point[]): string {
  const [before, tip] = points.slice(-2);
  if (!before || !tip) return '';
  const back = towards(tip, before, head.length);
  const along = { x: (tip.x - back.x) / head.length, y: (tip.y - back.y) / head.length };
  const left = { x: back.x - along.y * head.half, y: back.y + along.x * head.half };
  const right = { x: back.x + along.y * head.half, y: back.y - along.x * head.half };
  return `M${[left, tip, right].map(({ x, y }) => `${number(x)} ${number(y)}`).join('L')}Z`;
}

function towards(from: Point, to: Point, by: number): Point {
  const whole = distance(from, to);
  if (whole === 0) return from;
  return { x: from.x + ((to.x - from.x) * by) / whole, y: from.y + ((to.y - from.y) * by) / whole };
}

function distance(first: Point, second: Point): number {
  return Math.hypot(second.x - first.x, second.y - first.y);
}
