import { once } from 'node:events';
import { readDocument } from '../../src/artifacts/documents.ts';
import { StageError } from '../../src/runner/stage.ts';
import { buildServer } from '../../src/serving/server.ts';
import { type ThreadTask, TranslatingThread } from '../../src/serving/thread.ts';
import { guarded } from '../../src/stage/guard.ts';

interface ServeParams extends Pick<ThreadTask, 'beam' | 'lengthPenalty' | 'maxLength'> {
  /** Folders of `model` artifacts. */
  models: string[];
  host: string;
  /** Whether only programs of this machine reach that. */
  local: boolean;
  /** 0 for any that is free. */
  port: number;
  key?: string;
  /** Requests a minute of each address. */
  rate: number;
}

/** How often it looks whether it is to end. */
const stopMilliseconds = 100;

/** Translates what is asked over HTTP until it is told to stop: what `shrinknas serve` runs. Prints its address. */
export default guarded<ServeParams>(async (context) => {
  const { params, engine, cores, events } = context;
  const { models, host, local, port, key, rate, ...search } = params;
  const pairs = models.map((folder) => readDocument(folder, 'model').languages);
  pairs.forEach(({ source, target }, i) => {
    if (pairs.findIndex((pair) => pair.source === source && pair.target === target) < i)
      throw new StageError(`Two of the models translate ${source}–${target}: give one of each pair.`);
  });
  const started = await TranslatingThread.start({ models, engine, cores, ...search });
  const { thread } = started;
  events.engine(started.engine);
  const server = await buildServer({
    pairs,
    translate: (model, lines) => thread.translate(model, lines),
    nBest: search.beam,
    local,
    key,
    rate,
    onFailure: ({ stack, message }) => events.log(stack ?? message, 'warning'),
  });
  try {
    const address = await server.listen({ host, port }).catch((error: Error) => {
      throw new StageError(`${host}:${port} cannot be listened at: ${error.message}`, { cause: error });
    });
    events.metric({ address });
    process.stdout.write(`${address}\n`);
    const controller = new AbortController();
    const timer = setInterval(() => context.isStopping() && controller.abort(), stopMilliseconds);
    await once(controller.signal, 'abort');
    clearInterval(timer);
    // Requests that are under way are answered; no more are taken.
    await server.close();
  } finally {
    await thread.end();
  }
});
