import type { RankingQualityDocument } from '../../schemas/types.ts';

type Tau = RankingQualityDocument['tau'];

/** A ranking's quality in one line. */
export function summarise({ networks, tau, recall, choices }: Omit<RankingQualityDocument, 'summary'>): string {
  const { chosen, best } = choices.at(-1)!;
  return [
    `τ ${correlation(tau.overall)} of ${networks} networks`,
    `within width ${correlation(tau.withinWidth)}`,
    `within size ${correlation(tau.withinSize)}`,
    ...(tau.ceiling === undefined ? [] : [`seed against seed ${tau.ceiling.toFixed(2)}`]),
    `best tenth: ${Number(recall.found.toFixed(1))} of ${recall.of} found`,
    `chosen ${chosen.toFixed(3)}, best ${best.toFixed(3)}`,
  ].join('; ');
}

function correlation(tau: Tau['overall']): string {
  return tau ? `${tau.value.toFixed(2)} (${tau.low.toFixed(2)} to ${tau.high.toFixed(2)})` : 'unknown';
}
