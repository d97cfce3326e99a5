/** A part of a page as its reader has it, its table with the figures that are not rounded. */
export interface ShownPart {
  title: string;
  kind: string;
  columns: string[];
  rows: (string | number | null)[][];
  /** Of its drawing: circles, points of each coloured line, and coloured rectangles. */
  circles: number;
  lines: number[];
  boxes: number;
}

export interface AxeViolation {
  id: string;
  impact: string;
  count: number;
  example: string;
  why: string;
}

export function openAll(): void;
export function isAllUnpacked(): boolean;
export function readParts(): ShownPart[];
export function setOpen(details: unknown): void;
export function isOpen(details: unknown): boolean;
export function injectedMarkup(): { elements: number; scripts: number; hit: boolean };
export function firstPaint(): number;
export function reachable(addresses: string[]): Promise<number>;
export function axeViolations(): Promise<AxeViolation[]>;
