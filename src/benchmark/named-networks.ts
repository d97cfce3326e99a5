import type { PoolParams } from '../../schemas/types.ts';
import { genesNamed } from '../nas/named-genes.ts';
import { architectureOf, type Genes, networkKey, type Space, SpaceError } from '../nas/space.ts';

export interface NamedNetwork {
  name: string;
  genes: Genes;
}

/**
 * Networks that a pool has in any case.
 * @throws SpaceError naming one whose genes are none of the space's, and two that are the same or have the same name
 */
export function namedNetworks(space: Space, named: PoolParams['named']): NamedNetwork[] {
  const known = new Map<string, string>();
  const names = new Set<string>();
  return named.map(({ name, genes: text }) => {
    if (names.has(name)) throw new SpaceError(`Two networks are named "${name}": give each a name of its own.`);
    names.add(name);
    const genes = genesOf(space, name, text);
    const key = networkKey(architectureOf(space, genes));
    const other = known.get(key);
    if (other !== undefined) throw new SpaceError(`"${other}" and "${name}" are one network: leave one of them out.`);
    known.set(key, name);
    return { name, genes };
  });
}

function genesOf(space: Space, name: string, text: string): Genes {
  try {
    return genesNamed(space, text);
  } catch (error) {
    throw new SpaceError(`"${name}": ${(error as Error).message}`, { cause: error });
  }
}
