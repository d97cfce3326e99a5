import { StageError } from '../../stage.ts';
import type { PartHandler } from '../job.ts';

/** For jobs that are no stage. */
export const noParts: PartHandler = () => Promise.reject(new StageError('only a stage can ask for parts'));
