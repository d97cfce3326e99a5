import { existsSync } from 'node:fs';

/** Whether NVIDIA's driver is here, on Linux or in its subsystem for Windows: without it there is no GPU to compute on. */
export function hasNvidiaDriver(): boolean {
  return existsSync('/dev/nvidiactl') || existsSync('/dev/dxg');
}
