/** From a pipeline file to stage instances: the loader's public face. */
export { checkSchemas, loadArtifactSchemas } from '../catalogue/artifacts.ts';
export type { ArtifactSchema } from '../catalogue/artifacts.ts';
export { loadPipeline } from './pipeline.ts';
export type { LoadOptions } from './pipeline.ts';
export { findProject, packageRoot } from '../catalogue/project.ts';
export { loadStageTypes } from '../catalogue/stage-types.ts';
