import { isSame } from '../../runner/diff/runs.ts';
import type { RunDiff } from '../../runner/diff/types.ts';
import type { Paint } from './colour.ts';
import { drawMarkdownTable } from './table.ts';
import { causeGroups, effectGroups } from './diff-groups.ts';
import type { DiffGroup } from './diff-groups.ts';

/** A comparison of two runs for a terminal. */
export function drawDiff(diff: RunDiff, paint: Paint): string {
  const heading = `${paint('bold', diff.before.id)} → ${paint('bold', diff.after.id)}`;
  if (isSame(diff)) return `${heading}\nThe runs are the same.\n`;
  const drawGroup = ({ title, rows }: DiffGroup) => [
    `  ${paint('cyan', title)}`,
    ...rows.map(({ field, change }) => `    ${field}: ${change}`),
  ];
  const section = (title: string, groups: DiffGroup[]) =>
    groups.length === 0 ? [] : ['', paint('bold', title), ...groups.flatMap(drawGroup)];
  return [heading, ...section('Causes', causeGroups(diff)), ...section('Effects', effectGroups(diff)), ''].join('\n');
}

/** The same in Markdown, for a pull request or a lab book. */
export function drawDiffMarkdown(diff: RunDiff): string {
  const heading = `## \`${diff.before.id}\` → \`${diff.after.id}\``;
  if (isSame(diff)) return `${heading}\n\nThe runs are the same.\n`;
  const drawGroup = ({ title, rows }: DiffGroup) => [
    '',
    `**${escapeCell(title)}**`,
    '',
    drawMarkdownTable([
      ['What', 'Change'],
      ...rows.map(({ field, change }) => [escapeCell(field), escapeCell(change)]),
    ]),
  ];
  const section = (title: string, groups: DiffGroup[]) =>
    groups.length === 0 ? [] : ['', `### ${title}`, ...groups.flatMap(drawGroup)];
  return [heading, ...section('Causes', causeGroups(diff)), ...section('Effects', effectGroups(diff)), ''].join('\n');
}

/** Text in a table cell: a bar would end it, and the others would be taken for emphasis, code or a tag. */
function escapeCell(text: string): string {
  return text.replace(/[\\|`*_<>]/g, '\\$&');
}
