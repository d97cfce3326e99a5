import type { StageView } from '../../runner/view/view.ts';
import type { Paint } from './colour.ts';
import { drawTable } from './table.ts';

/** The views of a pipeline's stages; whose they are is said where there are several. */
export function drawViews(views: readonly StageView[], paint: Paint): string {
  return views.map(({ stages, sections }) => {
    const heading = views.length === 1 ? [] : [paint('bold', stages.join(', '))];
    return [...heading, ...sections.map(({ title, rows }) => `${paint('bold', title)}\n${drawRows(rows)}`)].join('\n\n');
  }).join('\n\n\n') + '\n';
}

/** A row of one cell is a sentence, which must not widen the columns. */
function drawRows(rows: readonly string[][]): string {
  const table = rows.filter((row) => row.length > 1);
  const sentences = rows.filter((row) => row.length === 1).map(([text]) => text);
  return [...(table.length === 0 ? [] : [drawTable(table)]), ...sentences].join('\n');
}
