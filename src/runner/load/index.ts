/** From a pipeline file to stage instances: the loader's public face. */
export { checkSchemas, loadArtifactSchemas } from './artifacts.ts';
export type { ArtifactSchema } from './artifacts.ts';
export { loadPipeline } from './pipeline.ts';
export type { LoadOptions } from './pipeline.ts';
export { findProject, packageRoot } from './project.ts';
export { loadStageTypes } from './stage-types.ts';
