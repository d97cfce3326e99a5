import { readLines, type TextFile } from '../corpora/files.ts';
import { oneLine } from './pair-text.ts';

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * The segments of one side of a test set as WMT and IWSLT publish them for mteval (`<seg id="1">…</seg>`). Such files are
 * often no well-formed XML, with a bare `&` for one, so that nothing but the segments is looked at.
 */
export function readSegments(file: TextFile): string[] {
  const text = readLines(file).join('\n');
  return Array.from(text.matchAll(/<seg\b[^>]*>([^]*?)<\/seg>/giu), ([, inner]) => oneLine(withoutEntities(inner)));
}

function withoutEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/giu,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? whole;
      const code = decimal === undefined ? parseInt(hex!, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
