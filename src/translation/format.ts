import type { Translation } from './translator.ts';

export type TranslationFormat = 'text' | 'table' | 'json';

const controls = /[\x00-\x1f\x7f-\x9f]/g;

/**
 * A translation as `shrinknas translate` prints it, with its line ends. Symbols of a dictionary from
 * anywhere may hold control characters, which command a terminal or break a table: text and table come
 * without them, JSON has them escaped.
 */
export function drawTranslation(translation: Translation, format: TranslationFormat): string {
  const { line, hypotheses } = translation;
  switch (format) {
    case 'text':
      return `${withoutControls(hypotheses[0].text)}\n`;
    case 'table':
      return hypotheses
        .map(({ score, text }, rank) => `${line}\t${rank + 1}\t${score}\t${withoutControls(text)}\n`)
        .join('');
    case 'json':
      return `${escapeControls(JSON.stringify(translation))}\n`;
  }
}

function withoutControls(text: string): string {
  return text.replace(controls, '');
}

/** Those that JSON allows in strings as they are. */
function escapeControls(json: string): string {
  return json.replace(controls, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
