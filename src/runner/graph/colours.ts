/**
 * Fill and line of each state, for verdicts of a plan and outcomes of a run alike; legible in black
 * print and by the colour-blind.
 */
export const COLOURS: Record<string, { fill: string; line: string }> = {
  fresh: { fill: '#e3f1e3', line: '#3c7d3c' },
  restore: { fill: '#dcebf7', line: '#2f6ea3' },
  restored: { fill: '#dcebf7', line: '#2f6ea3' },
  run: { fill: '#fdebc8', line: '#b07a10' },
  ran: { fill: '#cfe8cf', line: '#3c7d3c' },
  running: { fill: '#fdd98a', line: '#b07a10' },
  pending: { fill: '#f6f1e4', line: '#b09a60' },
  failed: { fill: '#f6d5d5', line: '#a33030' },
  interrupted: { fill: '#efdcf3', line: '#7d3f8c' },
};

/** Of states that have no colour of their own, such as `not reached`, and of nodes without a state. */
export const PLAIN = { fill: '#f2f2f2', line: '#777777' };
