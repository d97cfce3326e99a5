import { eventFile, type LoggedEvent } from '../../report/tensorboard/event-file.ts';
import { valuesOfParts } from '../../report/tensorboard/parts.ts';
import { safeName } from '../../disk/files.ts';
import type { RunRecord, RunStage } from '../records.ts';
import type { Store } from '../store/store.ts';
import type { RunReport } from './report.ts';
import { readStageMetrics } from './stage-metrics.ts';
import type { ExportedFile } from './tables.ts';

/**
 * A run as TensorBoard reads it, an event file a stage: figures over time as scalars, those of its parts in folders of their
 * own, settings as text. Beside them, one of the whole run: results as text, stacked bars as histograms.
 */
export function tensorboardFiles(run: RunRecord, { parts }: RunReport, store: Store): ExportedFile[] {
  const started = secondsOf(run.started);
  const whole = valuesOfParts(parts).map(({ step, value }) => ({ step, value, time: started }));
  return [
    fileOf('', whole, started),
    ...run.stages.flatMap((stage) => {
      const begun = startOf(stage, store) ?? started;
      const folders = new Map<string, LoggedEvent[]>([[safeName(stage.id), settingsOf(stage, begun)]]);
      for (const { part, step, seconds = 0, figures } of readStageMetrics(run, stage, store)) {
        const folder = [stage.id, ...(part === undefined ? [] : [folderOfPart(part)])].map(safeName).join('/');
        const events = folders.get(folder) ?? [];
        folders.set(folder, events);
        for (const [tag, value] of Object.entries(figures))
          events.push({ step, time: begun + seconds, value: { kind: 'scalar', tag, value } });
      }
      return [...folders].map(([folder, events]) => fileOf(`${folder}/`, events, begun));
    }),
  ];
}

/** The same run has files of the same names: exported again, it is written over, and not shown twice. */
function fileOf(folder: string, events: readonly LoggedEvent[], started: number): ExportedFile {
  const name = `${folder}events.out.tfevents.${Math.floor(started)}.shrinknas`;
  return { name, content: eventFile(events, started) };
}

function settingsOf({ fields, type }: RunStage, time: number): LoggedEvent[] {
  const settings = JSON.stringify(fields?.params ?? {}, undefined, 2).replace(/^/gm, '    ');
  return [{ step: 0, time, value: { kind: 'text', tag: 'settings', text: `Stage type \`${type}\`\n\n${settings}` } }];
}

/** `train 3/8` → `train-3-of-8` */
function folderOfPart(part: string): string {
  return part.replaceAll(' ', '-').replaceAll('/', '-of-');
}

/** When the stage was started, in this run or in the one that its result is from, in seconds since 1970. */
function startOf({ attempts, key }: RunStage, store: Store): number | undefined {
  const started = attempts?.[0]?.started ?? (key === undefined ? undefined : store.keyRecord(key)?.provenance.started);
  return started === undefined ? undefined : secondsOf(started);
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}
