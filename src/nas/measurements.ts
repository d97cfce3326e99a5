/** Figures by network, kept where an interrupted ranking can find them again. */
export interface Measurements {
  get(network: string): number | undefined;
  set(network: string, value: number): void;
}
