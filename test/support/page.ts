import { gunzipSync } from 'node:zlib';
import { type DefaultTreeAdapterMap, parse } from 'parse5';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

/** An element of a page, read as a browser reads it. */
export class PageElement {
  readonly #element: Element;

  constructor(element: Element) {
    this.#element = element;
  }

  get name(): string {
    return this.#element.tagName;
  }

  get attributes(): Record<string, string> {
    return Object.fromEntries(this.#element.attrs.map(({ name, value }) => [name, value]));
  }

  get text(): string {
    return textOf(this.#element);
  }

  /** All elements below it of that name, and of that class if one is given. */
  all(name: string, className?: string): PageElement[] {
    return below(this.#element)
      .filter(({ tagName }) => tagName === name)
      .map((element) => new PageElement(element))
      .filter(({ attributes }) => className === undefined || (attributes.class ?? '').split(' ').includes(className));
  }

  /** Every element below it. */
  get everything(): PageElement[] {
    return below(this.#element).map((element) => new PageElement(element));
  }

  /** The part with that title. */
  part(title: string): PageElement {
    const found = this.all('section', 'part').filter((part) => part.all('h3')[0].text === title);
    if (found.length !== 1) throw new Error(`The page has ${found.length} parts "${title}".`);
    return found[0];
  }

  /** The cells of its first table by the columns' names, figures as they are and not as they are shown. */
  rows(): Record<string, string | number | null>[] {
    const [table] = this.all('table');
    const names = table.all('th').map(({ attributes }) => attributes['data-name']);
    return table
      .all('tr')
      .slice(1)
      .map((row) =>
        Object.fromEntries(
          row.all('td').map((cell, i) => {
            const [figure] = cell.all('data');
            return [names[i], figure ? Number(figure.attributes.value) : cell.text === '' ? null : cell.text];
          }),
        ),
      );
  }

  /** What the page's script unpacks. */
  packed(): unknown[] {
    return this.all('script', 'packed').map(({ text }) =>
      JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString()),
    );
  }
}

export function readPage(text: string): PageElement {
  return new PageElement(parse(text).childNodes.find((node): node is Element => node.nodeName === 'html')!);
}

function below(node: Node): Element[] {
  if (!('childNodes' in node)) return [];
  return node.childNodes.flatMap((child) => ('tagName' in child ? [child, ...below(child)] : below(child)));
}

function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

/** Whatever a page could load or run, but its own script and style: addresses, handlers, elements that fetch. */
export function reachesOut(page: PageElement): string[] {
  const addresses = ['src', 'href', 'action', 'data', 'poster', 'srcset', 'formaction', 'xlink:href'];
  return page.everything.flatMap(({ name, attributes, text }) => [
    ...(['iframe', 'object', 'embed', 'base', 'link', 'img', 'image', 'use', 'form', 'foreignobject'].includes(name)
      ? [`<${name}>`]
      : []),
    ...Object.entries(attributes)
      .filter(
        ([attribute, value]) =>
          attribute.startsWith('on')
          || attribute === 'style'
          || (addresses.includes(attribute) && /^\s*[a-z][a-z0-9+.-]*:|^\s*\/\//i.test(value)),
      )
      .map(([attribute, value]) => `${attribute}="${value}"`),
    ...Object.values(attributes).filter((value) => /url\(\s*['"]?(?!#)/i.test(value)),
    ...(name === 'style' && /url\(|@import/i.test(text) ? [text] : []),
  ]);
}
