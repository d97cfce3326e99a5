import type { Renderer } from './renderer.ts';

/** One JSON object a line for each event, for programs; people are told elsewhere. */
export function jsonRenderer(write: (line: string) => void, notify: (line: string) => void): Renderer {
  return {
    handle: (event) => write(`${JSON.stringify(event)}\n`),
    notify: (text) => notify(`${text}\n`),
    finish: () => Promise.resolve(),
  };
}
