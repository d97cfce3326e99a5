import { copyFileSync } from 'node:fs';
import path from 'node:path';
import type { FrontDocument, RungsDocument } from '../../schemas/types.ts';
import { writeDocument } from '../artifacts/documents.ts';
import type { CostMeter } from '../nas/costs/meter.ts';
import type { CostName } from '../nas/costs/table.ts';
import { countParameters, millions } from '../nas/counts.ts';
import type { Halving } from '../nas/search/halving.ts';
import { formatGenes } from '../nas/space.ts';
import type { Candidate } from './pool.ts';
import type { ChoosingTerms } from './terms.ts';
import type { CandidateTrainings } from './trainings.ts';
import type { SizeWindow } from './windows.ts';

/** All that choosing came to. */
export interface ChoosingOutcome {
  terms: ChoosingTerms;
  rungs: readonly { updates: number; keep: number }[];
  pool: readonly Candidate[];
  windows: readonly SizeWindow[];
  trainings: CandidateTrainings;
  halving: Halving;
  /** Of each window. */
  winners: readonly Candidate[];
}

/** Writes the `subnet` of the largest limit, and its `checkpoint`. */
export function writeWinner(folders: { subnet: string; checkpoint: string }, choice: ChoosingOutcome): void {
  const { terms, trainings, winners, rungs } = choice;
  const { genes, architecture } = winners.at(-1)!;
  const { model } = terms.training;
  const { value, files } = trainings.of(genes).at(-1)!;
  const parameters = countParameters(model, architecture);
  const { updates } = rungs.at(-1)!;
  writeDocument(folders.subnet, 'subnet', {
    summary:
      `${millions(parameters.layers)} parameters (layers only), validation loss ${value.loss!.toFixed(3)} after `
      + `${updates} updates from scratch`,
    genes: formatGenes(genes),
    architecture,
    model: { norm: model.norm, kernels: model.kernels },
    parameters,
    loss: value.loss!,
    trained: { updates, averaged: value.averaged },
    validation: trainings.validation,
  });
  for (const file of ['checkpoint.json', 'weights.safetensors', 'moments.safetensors'])
    copyFileSync(path.join(files, file), path.join(folders.checkpoint, file));
}

/** Writes the `front` artifact: the winner of each window. */
export function writeFront(folder: string, choice: ChoosingOutcome): void {
  const { trainings, winners, windows, rungs } = choice;
  const networks = winners.map(({ genes, architecture }, i): FrontDocument['networks'][number] => ({
    ...defined({ limit: windows[i].limit, floor: windows[i].floor }),
    genes: formatGenes(genes),
    architecture,
    parameters: countParameters(choice.terms.training.model, architecture),
    losses: trainings.of(genes).map(({ value }) => value.loss!),
  }));
  writeDocument(folder, 'front', {
    summary: networks
      .map(({ parameters, losses }) => `${millions(parameters.layers)}: loss ${losses.at(-1)!.toFixed(3)}`)
      .join('; '),
    ...sharedOf(choice),
    updates: rungs.map(({ updates }) => updates),
    networks,
  });
}

/** Writes the `rungs` artifact: what every candidate came to. */
export function writeRungs(folder: string, choice: ChoosingOutcome, costs: CostMeter): void {
  const { trainings, pool, rungs, halving, winners } = choice;
  const wentOn = rungs.map((_, rung) =>
    rung + 1 < rungs.length ? halving.rankings[rung + 1].length : new Set(winners).size,
  );
  writeDocument(folder, 'rungs', {
    summary:
      `${halving.rankings.map(({ length }) => length).join(' → ')} candidates after `
      + `${rungs.map(({ updates }) => updates).join(', ')} updates; ${trainings.updates} updates in all`,
    ...sharedOf(choice),
    updates: trainings.updates,
    rungs: rungs.map(({ updates }, rung) => ({
      updates,
      trained: halving.rankings[rung].length,
      kept: wentOn[rung],
    })),
    candidates: pool.map((candidate) => {
      const { genes, architecture, origin } = candidate;
      const losses = trainings.of(genes).map(({ value }) => value.loss);
      const figures = costs.told.map((name) => [name, costs.figure(name, architecture)] as const);
      return {
        genes: formatGenes(genes),
        origin,
        ...(Object.fromEntries(figures) as Figures),
        losses,
        ...(winners.includes(candidate) ? {} : { left: losses.length }),
      };
    }),
  });
}

/** Cheap costs are always told. */
type Figures = Pick<RungsDocument['candidates'][number], CostName>;

function sharedOf({ terms, trainings }: ChoosingOutcome): Pick<RungsDocument, 'space' | 'model' | 'validation'> {
  const { norm, kernels } = terms.training.model;
  return { space: terms.space, model: { norm, kernels }, validation: trainings.validation };
}

function defined(sizes: { limit?: number; floor?: number }): { limit?: number; floor?: number } {
  return Object.fromEntries(Object.entries(sizes).filter(([, value]) => value !== undefined));
}
