import { readSampleSpace } from '../../src/artifacts/sample-space.ts';
import { type GeneShare, geneShares } from '../../src/depiction/gene-shares.ts';
import type { ReportPart } from '../../src/report/part.ts';
import { distinctArtifacts, type Reporter } from '../../src/report/reporter.ts';

const chapter = 'The search space as it shrinks';

const titles: Record<string, string> = {
  width: 'Widths',
  layers: 'Decoder layers',
  operator: 'Mixing operators',
  heads: 'Heads',
  ratio: 'Inner widths as multiples of the width',
  inner: 'Inner widths',
  activation: 'Activations',
  crossHeads: 'Heads of cross-attention',
  span: 'Encoder layers that cross-attention sees',
};

/** More bars than these beside each other are too thin to be told apart: then each variant has its own charts. */
const mostBars = 6;

interface ShownSpace {
  label: string;
  /** Stages of one run and variant. */
  group: string;
  command: string;
  shares: GeneShare[];
}

/** Shares of each choice by layer and round, of the subnets that training drew and of those that shrinks left. */
const report: Reporter = ({ runs, artifacts }) => {
  const spaces = distinctArtifacts(artifacts).map((artifact): ShownSpace => {
    const { label, id, run, command } = artifact.stage;
    const [, variant = ''] = id.split('@');
    const group = [...(runs.length > 1 ? [run.label] : []), variant].filter((word) => word !== '').join(' · ');
    return { label, group, command, shares: geneShares(readSampleSpace(artifact.folder()!)) };
  });
  if (spaces.length <= mostBars) return chartsOf(spaces, '');
  return [...new Set(spaces.map(({ group }) => group))].flatMap((group) =>
    chartsOf(
      spaces.filter((space) => space.group === group),
      group,
    ),
  );
};

export default report;

function chartsOf(spaces: readonly ShownSpace[], group: string): ReportPart[] {
  const fields = [...new Set(spaces.flatMap(({ shares }) => shares.map(({ field }) => field)))];
  return fields.flatMap((field): ReportPart[] => {
    const rows = spaces.flatMap(({ label, shares }) =>
      shares.filter((share) => share.field === field).map((share) => ({ space: label, ...share })),
    );
    // Where there is nothing to choose, there is nothing to see.
    if (new Set(rows.map(({ choice }) => choice)).size < 2) return [];
    return [
      {
        chapter,
        title: [titles[field] ?? field, group].filter((word) => word !== '').join(': '),
        text: [
          `Share of the subnets with each choice. Bars from left to right: ${spaces.map(({ label }) => label).join(', ')}.`,
        ],
        content: {
          kind: 'chart',
          table: {
            columns: [
              { name: 'space', title: 'Stage' },
              { name: 'place', title: 'Place' },
              { name: 'choice', title: 'Choice' },
              { name: 'share', title: 'Share', digits: 3 },
              { name: 'subnets', title: 'Subnets' },
            ],
            rows: rows.map(({ space, place, choice, share, subnets }) => ({ space, place, choice, share, subnets })),
          },
          x: { label: '', scale: 'band', hidden: true },
          y: { label: 'share', ticks: 'percent' },
          marks: [{ type: 'bar', x: 'space', y: 'share' }],
          colour: 'choice',
          facet: 'place',
          height: 230,
        },
        commands: spaces.map(({ command }) => command),
      },
    ];
  });
}
