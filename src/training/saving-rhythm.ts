/** Share of the time that saving may take. */
const share = 0.02;
/** In milliseconds: what a first save is taken to need; and where saving is quick, no more often. */
const [assumed, shortest] = [100, 1000];

/** When progress is saved: as often as costs at most 2 % of the time, so that little is lost when a stage is killed. */
export class SavingRhythm {
  private savedAt = Date.now();
  private took = assumed;

  get isDue(): boolean {
    const since = Date.now() - this.savedAt;
    // A clock that was set back must not put it off.
    return since < 0 || since >= Math.max(shortest, this.took / share);
  }

  save(write: () => void): void {
    const began = performance.now();
    write();
    this.took = performance.now() - began;
    this.savedAt = Date.now();
  }
}
