import type { ExportParams } from '../schemas/types.ts';
import { writeDocument } from '../src/artifacts/documents.ts';
import { exportModel } from '../src/onnx/export.ts';
import { guarded } from '../src/stage/guard.ts';

/** Writes a model as ONNX, as schemas/stages/export.json declares. */
export default guarded<ExportParams>(({ params: { precision }, inputs, outputs }) => {
  const { document, bytes } = exportModel(inputs.model, outputs.onnx, precision);
  const { languages, lowercase, vocabulary, parameters } = document;
  writeDocument(outputs.onnx, 'onnx', {
    summary: `${languages.source}–${languages.target} in ${precision}, ${(bytes / 1e6).toFixed(2)} MB`,
    languages,
    lowercase,
    vocabulary,
    precision,
    parameters,
    bytes,
  });
});
