import { exportModel } from '../../src/onnx/export.ts';
import type { Precision } from '../../src/onnx/graphs/matrices.ts';
import { guarded } from '../../src/stage/guard.ts';

interface ExportOnnxParams {
  /** Folder of a `model` artifact. */
  model: string;
  /** To be made. */
  folder: string;
  precision: Precision;
}

/** Writes a model as ONNX: what `shrinknas export --onnx` runs. Tells by the metric `bytes` how large the graphs are. */
export default guarded<ExportOnnxParams>(({ params: { model, folder, precision }, events }) => {
  events.metric({ bytes: exportModel(model, folder, precision).bytes });
});
