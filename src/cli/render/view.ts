import type { ShownSection } from '../../runner/stage.ts';
import type { StageView } from '../../runner/view/view.ts';
import type { Paint } from './colour.ts';
import { drawTable } from './table.ts';

/**
 * The views of a pipeline's stages; whose they are is said where there are several. Shared tables
 * stand where their first line would.
 */
export function drawViews(views: readonly StageView[], paint: Paint): string {
  const blocks = blocksOf(views);
  return (
    blocks
      .map(({ stages, sections }) => {
        const heading = stages === undefined || blocks.length === 1 ? [] : [paint('bold', stages.join(', '))];
        return [...heading, ...sections.map(({ title, rows }) => `${paint('bold', title)}\n${drawRows(rows)}`)].join(
          '\n\n',
        );
      })
      .join('\n\n\n') + '\n'
  );
}

/** What is drawn together: the own sections of some stages, or a table that names its stages itself. */
interface Block {
  stages?: readonly string[];
  sections: ShownSection[];
}

function blocksOf(views: readonly StageView[]): Block[] {
  const blocks: Block[] = [];
  const tables = new Map<string, string[][]>();
  for (const { stages, sections } of views) {
    const own = sections.filter(({ shared }) => !shared);
    if (own.length > 0) blocks.push({ stages, sections: own });
    for (const {
      title,
      rows: [head, ...lines],
    } of sections.filter(({ shared }) => shared)) {
      const key = JSON.stringify([title, head]);
      let table = tables.get(key);
      if (table === undefined) {
        tables.set(key, (table = [['STAGE', ...head]]));
        blocks.push({ sections: [{ title, rows: table }] });
      }
      for (const line of lines) {
        const isKnownSentence = line.length === 1 && table.some((row) => row.length === 1 && row[0] === line[0]);
        if (!isKnownSentence) table.push(line.length === 1 ? line : [stages.join(', '), ...line]);
      }
    }
  }
  return blocks;
}

/** A row of one cell is a sentence, which must not widen the columns. */
function drawRows(rows: readonly string[][]): string {
  const table = rows.filter((row) => row.length > 1);
  const sentences = rows.filter((row) => row.length === 1).map(([text]) => text);
  return [...(table.length === 0 ? [] : [drawTable(table)]), ...sentences].join('\n');
}
