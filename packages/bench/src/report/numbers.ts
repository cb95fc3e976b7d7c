/** Three digits that count, and commas. */
export function short(figure: number): string {
  if (!Number.isFinite(figure)) return '–';
  const rounded = Math.abs(figure) >= 100 ? Math.round(figure) : Number(figure.toPrecision(3));
  const decimals = Math.abs(rounded) >= 100 ? 0 : decimalsOf(rounded);
  return rounded.toLocaleString('en', { minimumFractionDigits: 0, maximumFractionDigits: decimals });
}

function decimalsOf(figure: number): number {
  if (figure === 0) return 0;
  return Math.max(0, 2 - Math.floor(Math.log10(Math.abs(figure))));
}

/** `12.3 ×`. */
export function times(ratio: number): string {
  return `${short(ratio)} ×`;
}

/** How many a second, of what takes so many nanoseconds: `14.2 M/s`. */
export function perSecond(nanoseconds: number): string {
  const rate = 1e9 / nanoseconds;
  if (rate >= 1e6) return `${short(rate / 1e6)} M/s`;
  return rate >= 1e3 ? `${short(rate / 1e3)} k/s` : `${short(rate)} /s`;
}

/** `100,000`. */
export function count(figure: number): string {
  return figure.toLocaleString('en');
}
