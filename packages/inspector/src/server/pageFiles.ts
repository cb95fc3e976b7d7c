import { readFile } from 'node:fs/promises';
import { drawingStyle } from '@holdfast/chart';
import { pageHtml, pageIcon } from './document/pageHtml.ts';
import { pageStyle } from './document/pageStyle.ts';

export interface PageFile {
  readonly type: string;
  readonly body: string | Buffer;
}

/** What the page loads besides itself, as `tsc` has built it: its own modules, and those that read a session again. */
const modules = /^\/(?:page\/(?:[a-zA-Z]+\/)?[a-zA-Z]+|session\/[a-z]+|session|records|errors)\.js$/;
/** Of this package, whether it runs from `src` or from `dist`. */
const built = new URL('../../dist/', import.meta.url);

/** A file of the page; undefined for what is none. */
export async function pageFile(path: string): Promise<PageFile | undefined> {
  if (path === '/') return { type: 'text/html; charset=utf-8', body: pageHtml };
  if (path === '/icon.svg') return { type: 'image/svg+xml', body: pageIcon };
  if (path === '/style.css') return { type: 'text/css; charset=utf-8', body: `${drawingStyle}\n${pageStyle}` };
  if (!modules.test(path)) return undefined;
  try {
    return { type: 'text/javascript; charset=utf-8', body: await readFile(new URL(`.${path}`, built)) };
  } catch {
    return undefined;
  }
}
