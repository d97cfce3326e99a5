import { homesOfArtifact } from '../catalogue/artifacts.ts';
import { importNamed } from '../catalogue/modules.ts';
import type { Comparison } from '../stage.ts';
import type { Store } from '../store/store.ts';
import type { RunRecord } from '../records.ts';

/**
 * The comparisons, by artifact type, of those types that the two runs have different artifacts of: the project's own,
 * and this package's for artifact types that the project has not declared otherwise. One whose code cannot be bundled,
 * in a project that cannot be written to, is left out: then the files are compared, as those of any other type.
 * @throws Diagnostic when the code of one does not compile, or exports no function
 */
export async function loadComparisons(
  before: RunRecord,
  after: RunRecord,
  store: Pick<Store, 'layout' | 'statCache'>,
): Promise<Record<string, Comparison>> {
  const { project } = store.layout;
  const types = differingTypes(before, after);
  return importNamed<Comparison>('comparisons', types, (type) => homesOfArtifact(project, type), store);
}

/** Types of the outputs that both runs have, with other content. */
function differingTypes(before: RunRecord, after: RunRecord): string[] {
  const earlier = new Map(before.stages.map(({ id, outputs }) => [id, outputs]));
  const types = after.stages.flatMap(({ id, outputs }) =>
    Object.entries(outputs)
      .filter(([output, { digest }]) => (earlier.get(id)?.[output]?.digest ?? digest) !== digest)
      .map(([, { artifact }]) => artifact),
  );
  return [...new Set(types)];
}
