/** What the process of a job and the runner say to each other, one JSON object a line. */
import type { PartResult } from '../../stage.ts';
import type { JobEnd, JobEvent, PartRequest } from '../job.ts';

/** From the job's process, on its descriptor 3. */
export type HostMessage = JobEvent | ({ type: 'parts'; id: number } & PartRequest) | ({ type: 'end' } & JobEnd);

/** To the job's process, on its descriptor 4: the answer to the request for parts with this id. */
export type PartsReply = { id: number } & (
  | { results: PartResult[] }
  /** `stopped`: not by a fault of the part's. */
  | { error: string; stopped?: true }
);

/** Second argument of the program, after the file with the job. */
export const partsInProcessFlag = '--parts-in-process';

export const messageDescriptor = 3;
export const replyDescriptor = 4;
