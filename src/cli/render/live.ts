import { DefaultRenderer, Listr, ListrLogger, ListrTaskState, ProcessOutput } from 'listr2';
import type { ListrTaskWrapper, SimpleRenderer } from 'listr2';
import type { RunEvent } from '../../runner/events.ts';
import { drawProgress } from './progress.ts';
import { drawReasons } from './reasons.ts';
import type { Renderer } from './renderer.ts';
import { formatSeconds } from './units.ts';

type Wrapper = ListrTaskWrapper<unknown, typeof TerminalRenderer, typeof SimpleRenderer>;

/**
 * listr2 looks at standard output to tell a terminal, and we draw on standard error: that it is one is checked before.
 */
class TerminalRenderer extends DefaultRenderer {
  static override nonTTY = true;
}

/** What is known of one stage, and the task that shows it. */
interface LiveStage {
  task?: Wrapper;
  begin: () => void;
  begun: Promise<void>;
  end: () => void;
  fail: (error: Error) => void;
  ended: Promise<void>;
}

/** A list of the stages to run that redraws itself in place on the terminal `stream`; given once it can take events. */
export async function liveRenderer(
  stream: NodeJS.WriteStream,
  started: Extract<RunEvent, { type: 'run-started' }>,
): Promise<Renderer> {
  const stages = new Map(started.planned.filter(({ kind }) => kind !== 'fresh').map(({ id }) => [id, newStage()]));
  const list = new Listr(
    [...stages].map(([id, stage]) => ({
      title: id,
      task: (_: unknown, task: Wrapper) => {
        stage.task = task;
        // listr2 counts a task as running from here on; ours runs when the scheduler says so.
        task.task.state$ = ListrTaskState.WAITING;
        stage.begin();
        return stage.ended;
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      renderer: TerminalRenderer,
      rendererOptions: {
        collapseErrors: false,
        collapseSkips: false,
        formatOutput: 'truncate',
        logger: new ListrLogger({ useIcons: true, processOutput: new ProcessOutput(stream, stream) }),
      },
    },
  );
  const finished = list.run();
  await Promise.all([...stages.values()].map(({ begun }) => begun));
  return {
    handle: (event) => handle(event, stages),
    // Standard error is the list's until it ends, so the stages at work tell it.
    notify(text) {
      for (const { task } of stages.values()) if (task?.task.isStarted()) task.output = text;
    },
    async finish() {
      // What an interruption kept from starting would else be waited for.
      for (const { task, end } of stages.values()) {
        if (task !== undefined && !task.task.hasFinalized()) task.skip('not reached');
        end();
      }
      await finished;
    },
  };
}

function handle(event: RunEvent, stages: Map<string, LiveStage>): void {
  const stage = 'stage' in event ? stages.get(event.stage) : undefined;
  const task = stage?.task;
  if (stage === undefined || task === undefined) return;
  switch (event.type) {
    case 'stage-started': {
      const reasons = drawReasons(event.reasons);
      task.title = `${event.stage}${reasons === '' ? '' : `  ${reasons}`}`;
      task.output = event.resuming ? 'resuming from saved progress' : 'starting';
      task.task.state$ = ListrTaskState.STARTED;
      return;
    }
    case 'stage-waiting':
      task.title = `${event.stage}  waiting for ${event.holder}`;
      return;
    case 'stage-progress':
      task.output = drawProgress(event);
      return;
    case 'stage-log':
      task.output = event.message;
      return;
    case 'stage-finished':
      task.title = `${event.stage}  ${event.outcome === 'ran' ? formatSeconds(event.seconds) : event.outcome}`;
      return stage.end();
    case 'stage-failed':
      task.title = `${event.stage}  failed`;
      return stage.fail(new Error(event.message));
    case 'stage-interrupted':
      task.skip('interrupted');
      return stage.end();
    case 'stage-skipped':
      task.skip(`not reached: ${event.because}`);
      return stage.end();
  }
}

function newStage(): LiveStage {
  const [begun, ended] = [deferred(), deferred()];
  return { begin: begun.resolve, begun: begun.promise, end: ended.resolve, fail: ended.reject, ended: ended.promise };
}

function deferred(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = (): void => undefined;
  let reject = (_: Error): void => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
