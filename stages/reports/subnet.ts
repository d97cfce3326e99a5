import { readDocument } from '../../src/artifacts/documents.ts';
import { type ShownNetwork, drawNetworks } from '../../src/depiction/network-diagram.ts';
import { millions } from '../../src/nas/counts.ts';
import { networkKey } from '../../src/nas/space.ts';
import { distinctArtifacts, type Reporter } from '../../src/report/reporter.ts';

const chapter = 'Networks';
/** Side by side in one drawing. */
const most = 3;

/** Networks that were found, chosen or named: drawn layer by layer, equal ones once. */
const report: Reporter = ({ artifacts }) => {
  const networks = new Map<string, ShownNetwork & { commands: string[] }>();
  for (const artifact of distinctArtifacts(artifacts)) {
    const { architecture, parameters, loss } = readDocument(artifact.folder()!, 'subnet');
    const { label, command } = artifact.stage;
    const key = networkKey(architecture);
    const known = networks.get(key);
    networks.set(key, {
      name: known === undefined ? label : `${known.name}, ${label}`,
      summary: `${millions(parameters.layers)}${loss === undefined ? '' : `, loss ${loss.toFixed(3)}`}`,
      architecture,
      commands: [...(known?.commands ?? []), command],
    });
  }
  const all = [...networks.values()];
  return Array.from({ length: Math.ceil(all.length / most) }, (_, i) => {
    const shown = all.slice(i * most, (i + 1) * most);
    return {
      chapter,
      title: shown.map(({ name }) => name).join(' beside '),
      text:
        i > 0
          ? []
          : [
              'The first layer is at the bottom, boxes are as wide as the layer; h are heads. Arrows to the side show which encoder layers a cross-attention sees.',
            ],
      content: drawNetworks(shown),
      commands: shown.flatMap(({ commands }) => commands),
    };
  });
};

export default report;
