import { gzipSync } from 'node:zlib';
import { Html, markup } from '../html.ts';

/** Data that the page's script unpacks when it is asked for: JSON, compressed, in letters that mean nothing to HTML. */
export class Packed {
  readonly #base64: string;

  constructor(data: unknown) {
    this.#base64 = gzipSync(JSON.stringify(data), { level: 9 }).toString('base64');
  }

  /** That it takes on a page. */
  get bytes(): number {
    return this.#base64.length;
  }

  get element(): Html {
    return markup`<script type="text/plain" class="packed">${this.#base64}</script>`;
  }
}
