import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { passagesAsCsv } from '../csv.ts';
import { Html, markup } from '../html.ts';
import type { Passages, ReportPart } from '../part.ts';
import { partNames, uniqueNames } from '../part-names.ts';
import { renderPart } from './part.ts';

/** What a page is made of. */
export interface PageContent {
  title: string;
  /** A line beneath the title. */
  subtitle: string;
  parts: readonly ReportPart[];
  /** What could not be shown: a line each. */
  warnings: readonly string[];
}

export interface RenderedPage {
  html: string;
  /** Files that the page refers to, to lie beside it. */
  beside: { name: string; text: string }[];
}

export interface PageOptions {
  /** Name of the page's file without its ending: files beside it begin with it. */
  name: string;
  /** Folder with `page.css` and `page.js`. */
  assets: string;
  /** It is served (`PageServer`), and follows what the server shows. */
  live?: boolean;
  /** Bytes that all passages together may take on the page. */
  room?: number;
}

/** With everything else, a page is to stay below 3 MB: mail and browsers take that. */
const roomForPassages = 1.5e6;

/**
 * One page that holds all that it needs: it asks nobody for anything, and runs no script and no style but its own. The same parts
 * give the same bytes.
 */
export function renderPage({ title, subtitle, parts, warnings }: PageContent, options: PageOptions): RenderedPage {
  const style = readFileSync(path.join(options.assets, 'page.css'), 'utf8');
  // What keeps a page up to date looks at it before anything else does.
  const scripts = [...(options.live ? ['live.js'] : []), 'page.js'].map((name) =>
    readFileSync(path.join(options.assets, name), 'utf8'),
  );
  const beside: RenderedPage['beside'] = [];
  const withPassages = parts.filter(({ content }) => content.kind === 'passages').length;
  const room = (options.room ?? roomForPassages) / Math.max(1, withPassages);
  const ids = partNames(parts);
  const keep = (name: string, passages: Passages) => beside.push({ name, text: passagesAsCsv(passages) });
  const render = (part: ReportPart): Html => {
    const id = ids.get(part)!;
    const link = `${options.name}-${id}.csv`;
    const rendered = renderPart(part, id, room, link);
    if (rendered.beside !== undefined) keep(link, rendered.beside);
    return rendered.html;
  };
  const chapters = chaptersOf(parts.filter(({ headline }) => !headline));
  const headline = parts.filter((part) => part.headline);
  const policy = [
    `default-src 'none'`,
    'img-src data:',
    `style-src '${digest(style)}'`,
    `script-src ${scripts.map((script) => `'${digest(script)}'`).join(' ')}`,
    ...(options.live ? [`connect-src 'self'`] : []),
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${Html.trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <header class="top">
          <h1>${title}</h1>
          <p>${subtitle}</p>
        </header>
        ${options.live ? markup`<p class="live" role="status"></p>` : undefined}
        <nav aria-label="Chapters">
          <ul>
            ${chapters.map(({ id, name }) => markup`<li><a href="#${id}">${name}</a></li>`)}
          </ul>
        </nav>
        <main>
          ${
            warnings.length === 0
              ? undefined
              : markup`<ul class="warnings">
                  ${warnings.map((warning) => markup`<li>${warning}</li>`)}
                </ul>`
          }
          <section class="headline">${headline.map(render)}</section>
          ${chapters.map(
            ({ id, name, parts: of }) =>
              markup`<section class="chapter" id="${id}">
                <h2>${name}</h2>
                ${of.map(render)}
              </section>`,
          )}
        </main>
        ${scripts.map((script) => Html.trusted(`<script>${script}</script>`))}
      </body>
    </html>`;
  return { html: `${page.text}\n`, beside };
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

interface Chapter {
  id: string;
  name: string;
  parts: ReportPart[];
}

function chaptersOf(parts: readonly ReportPart[]): Chapter[] {
  const names = [...new Set(parts.map(({ chapter }) => chapter))];
  const ids = uniqueNames(names);
  return names.map((name, i) => ({
    id: `chapter-${ids[i]}`,
    name,
    parts: parts.filter(({ chapter }) => chapter === name),
  }));
}
