import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import type { JsonObject } from '../../../../src/runner/stage.ts';
import { Project } from '../project.ts';

const project = new Project();
/** The kitchen's, and those of this package. */
const allTypes = [
  'bake',
  'harvest',
  'mill',
  'taste',
  ...readdirSync('schemas/stages').map((name) => name.replace('.json', '')),
].sort();
const grow = { uses: 'harvest' };
const flour = { uses: 'mill', in: { crop: 'grow' } };

/** The text that the carets underline. */
function underlined(frame: string): string {
  const [line, carets] = frame.split('\n');
  return line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1);
}

const cases: [name: string, pipeline: JsonObject, message: string, underlined: string, hint: string | undefined][] = [
  [
    'an unknown key at the top',
    { stage: {}, stages: { grow } },
    'unknown key "stage" in a pipeline',
    '"stage"',
    'did you mean "stages"?',
  ],
  [
    'an unknown key of a stage',
    { stages: { grow: { uses: 'harvest', wiht: {} } } },
    'unknown key "wiht" in stage "grow"',
    '"wiht"',
    'did you mean "with"?',
  ],
  [
    'an unknown key of a group',
    { stages: { loop: { repeat: 2, stage: { grow } } } },
    'unknown key "stage" in the group "loop"',
    '"stage"',
    'did you mean "stages"?',
  ],
  ['no stages', { seed: 1 }, 'the pipeline lacks "stages"', '{', 'add "stages"'],
  [
    'an empty list of stages',
    { stages: {} },
    'the pipeline has no stages',
    '"stages"',
    'add one, for instance { "fetch": { "uses": "fetch" } }',
  ],
  ['a stage without a type', { stages: { grow: { with: {} } } }, 'stage "grow" lacks "uses"', '"grow"', 'add "uses"'],
  [
    'an unknown stage type',
    { stages: { grow: { uses: 'havrest' } } },
    'unknown stage type "havrest"',
    '"havrest"',
    'did you mean "harvest"?',
  ],
  [
    'a stage type that is like no other',
    { stages: { grow: { uses: 'x' } } },
    'unknown stage type "x"',
    '"x"',
    `stage types: ${allTypes.join(', ')}`,
  ],
  [
    'a seed that is no whole number',
    { seed: 1.5, stages: { grow } },
    '"seed" must be a whole number of at least 0, found 1.5',
    '1.5',
    undefined,
  ],
  [
    'a name that is no file name',
    { name: 'a/b', stages: { grow } },
    'the name "a/b" cannot name a folder',
    '"a/b"',
    'use letters, digits, ".", "_" and "-"',
  ],
  [
    'a stage name in capitals',
    { stages: { Grow: grow } },
    '"Grow" cannot be the name of a stage',
    '"Grow"',
    'use lower-case letters, digits and "-", a letter first',
  ],
  [
    'two stages of one name',
    { stages: { grow, loop: { repeat: 2, stages: { grow } } } },
    'the name "grow" is taken by another stage or group',
    '"grow"',
    'stage names are unique in the whole file: choose another',
  ],
  [
    'groups in groups',
    { stages: { a: { repeat: 2, stages: { b: { repeat: 2, stages: { grow } } } } } },
    'the group "b" stands inside the group "a": groups do not nest',
    '"b"',
    'move it out',
  ],
  [
    'no rounds',
    { stages: { a: { repeat: 0, stages: { grow } } } },
    '"repeat" must be a whole number of at least 1, found 0',
    '0',
    undefined,
  ],
  [
    'a matrix axis without values',
    { params: { a: 1 }, matrix: { a: [] }, stages: { grow } },
    'the matrix axis "a" must be a list of values, or values by name, found an empty list',
    '[]',
    undefined,
  ],
  [
    'a matrix axis of no parameter',
    { params: { budget: 1 }, matrix: { bugdet: [1, 2] }, stages: { grow } },
    'the matrix axis "bugdet" is no parameter of the pipeline',
    '"bugdet"',
    'did you mean "budget"?',
  ],
  [
    'a matrix value twice',
    { params: { a: 1 }, matrix: { a: [11, 22, 22] }, stages: { grow } },
    'the matrix axis "a" has 22 twice',
    '22',
    'remove one',
  ],
  [
    'a parameter called seed',
    { params: { seed: 2 }, stages: { grow } },
    'a parameter cannot be called "seed"',
    '"seed"',
    'the run\'s seed is the key "seed" of the pipeline, ${seed} in texts',
  ],
  [
    'an input that the type does not have',
    { stages: { grow, flour: { uses: 'mill', in: { corp: 'grow' } } } },
    'the stage "flour" (mill) has no input "corp"',
    '"corp"',
    'did you mean "crop"?',
  ],
  [
    'a required input that is not connected',
    { stages: { flour: { uses: 'mill' } } },
    'the stage "flour" (mill) lacks its input "crop"',
    '"flour"',
    'connect it under "in": What to grind.',
  ],
  [
    'a reference to no stage',
    { stages: { grow, flour: { uses: 'mill', in: { crop: 'grwo' } } } },
    'no stage is called "grwo"',
    '"grwo"',
    'did you mean "grow"?',
  ],
  [
    'a reference to a group',
    { stages: { loop: { repeat: 2, stages: { grow } }, flour: { uses: 'mill', in: { crop: 'loop' } } } },
    '"loop" is a group, not a stage',
    '"loop"',
    'name one of its stages: grow',
  ],
  [
    'a text that is no reference',
    { stages: { grow, flour: { uses: 'mill', in: { crop: 'grow[x]' } } } },
    '"grow[x]" is not a reference to a stage',
    '"grow[x]"',
    'write "stage", "stage.output", "stage[-1]" (the round before) or "stage[2]" (round 2)',
  ],
  [
    'an unknown output',
    { stages: { grow, flour, loaf: { uses: 'bake', in: { flour: 'flour.flower' }, with: { minutes: 1 } } } },
    '"flour" (mill) has no output "flower"',
    '"flour.flower"',
    'did you mean "flour"?',
  ],
  [
    'an output of another artifact type',
    { stages: { grow, flour, loaf: { uses: 'bake', in: { flour: 'flour.bran' }, with: { minutes: 1 } } } },
    '"flour" needs the artifact flour, but "flour.bran" is bran',
    '"flour.bran"',
    'write "flour.flour"',
  ],
  [
    'a stage that makes no such artifact',
    { stages: { grow, loaf: { uses: 'bake', in: { flour: 'grow' }, with: { minutes: 1 } } } },
    '"flour" needs the artifact flour, which "grow" (harvest) does not make',
    '"grow"',
    'its outputs: crop (crop)',
  ],
  [
    'a choice between outputs',
    {
      stages: {
        grow,
        flour,
        loaf: { uses: 'bake', in: { flour: 'flour' }, with: { minutes: 1 } },
        judge: { uses: 'taste', in: { bread: 'loaf' } },
      },
    },
    '"loaf" (bake) has several outputs of the type bread: bread, burnt',
    '"loaf"',
    'say which: "loaf.bread"',
  ],
  [
    'a round of a stage that is not repeated',
    { stages: { grow, flour: { uses: 'mill', in: { crop: 'grow[1]' } } } },
    '"grow[1]": the stage "grow" is not repeated',
    '"grow[1]"',
    'write "grow"',
  ],
  [
    'round 0',
    { stages: { grow, flour: { uses: 'mill', in: { crop: 'grow[0]' } } } },
    '"grow[0]": rounds count from 1',
    '"grow[0]"',
    'write [1] for the first round, or [-1] for the round before',
  ],
  [
    'an earlier round seen from outside',
    { stages: { loop: { repeat: 2, stages: { grow } }, flour: { uses: 'mill', in: { crop: 'grow[-1]' } } } },
    '"grow[-1]" means an earlier round, which only stages of the same group have',
    '"grow[-1]"',
    'write "grow" for the last round, or "grow[1]" for the first',
  ],
  [
    'a round after the last',
    { stages: { loop: { repeat: 2, stages: { grow } }, flour: { uses: 'mill', in: { crop: 'grow[3]' } } } },
    '"crop" of the stage "flour" has no source: "grow[3]" is after the last round, 2',
    '"grow[3]"',
    'give a list that ends in a stage that always exists: ["grow[3]", "<stage>"]',
  ],
  [
    'a required input without a source in round 1',
    { stages: { loop: { repeat: 2, stages: { grow, flour: { uses: 'mill', in: { crop: 'grow[-1]' } } } } } },
    '"crop" of the stage "flour" has no source in round 1: "grow[-1]" would be before the first round',
    '"grow[-1]"',
    'give a list that ends in a stage that always exists: ["grow[-1]", "<stage>"]',
  ],
  [
    'a circle of stages',
    {
      stages: {
        grow,
        a: { uses: 'mill', in: { crop: 'grow', before: 'b' } },
        b: { uses: 'mill', in: { crop: 'grow', before: 'c' } },
        c: { uses: 'mill', in: { crop: 'grow', before: 'a' } },
      },
    },
    'stages need each other in a circle: a → b → c → a',
    '"b"',
    'remove one of these inputs, or refer to the round before with [-1]',
  ],
  [
    'a stage that needs itself',
    { stages: { grow, a: { uses: 'mill', in: { crop: 'grow', before: 'a' } } } },
    'stages need each other in a circle: a → a',
    '"a"',
    'remove one of these inputs, or refer to the round before with [-1]',
  ],
  [
    'resources that are no size',
    { stages: { grow: { uses: 'harvest', resources: { memory: '4 sacks' } } } },
    '"memory" must be a size, found the string "4 sacks"',
    '"4 sacks"',
    'write bytes, or a text such as "4GB" or "512MiB"',
  ],
  [
    'a timeout that is no time',
    { stages: { grow: { uses: 'harvest', timeout: 'soon' } } },
    '"timeout" must be a time above 0, found the string "soon"',
    '"soon"',
    'write seconds, or a text such as "30s", "15m", "2h" or "3d"',
  ],
  [
    'no retries at all',
    { stages: { grow: { uses: 'harvest', retries: -1 } } },
    '"retries" must be a whole number of at least 0, found -1',
    '-1',
    undefined,
  ],
];

describe('a pipeline with', () => {
  test.each(cases)('%s is refused at the place', (_, pipeline, message, at, hint) => {
    const complaint = project.complaint(pipeline);
    expect(complaint.message).toBe(message);
    expect(underlined(complaint.frame!)).toBe(at);
    expect(complaint.hint).toBe(hint);
  });
});

describe('a parameter that', () => {
  const mill = (params: JsonObject): JsonObject => ({
    stages: { grow, flour: { uses: 'mill', in: { crop: 'grow' }, with: params } },
  });
  test.each<[string, JsonObject, string, string, string | undefined]>([
    [
      'is unknown',
      mill({ gritt: 1 }),
      '"gritt" of the stage "flour" (mill) is unknown',
      '"gritt"',
      'did you mean "grit"?',
    ],
    [
      'is unknown further in',
      mill({ sieve: { mehs: 1 } }),
      '"sieve.mehs" of the stage "flour" (mill) is unknown',
      '"mehs"',
      'did you mean "mesh"?',
    ],
    [
      'has another type',
      mill({ grit: 'fine' }),
      '"grit" of the stage "flour" (mill) must be a number, found "fine"',
      '"fine"',
      'grit: How fine.',
    ],
    [
      'has another type inside a list',
      mill({ speeds: [1, 'x'] }),
      '"speeds.1" of the stage "flour" (mill) must be a whole number, found "x"',
      '"x"',
      'speeds: Turns a minute.',
    ],
    [
      'is none of its choices',
      mill({ stone: 'granit' }),
      '"stone" of the stage "flour" (mill) must be one of "granite", "basalt", found "granit"',
      '"granit"',
      'did you mean "granite"?',
    ],
    [
      'is out of bounds',
      mill({ grit: 0 }),
      '"grit" of the stage "flour" (mill) must be more than 0, found 0',
      '0',
      'grit: How fine.',
    ],
    [
      'fits none of its alternatives',
      mill({ size: true }),
      '"size" of the stage "flour" (mill) must be a whole number, or must be "auto", found true',
      'true',
      'size: Sack size.',
    ],
    [
      'is both misspelt and missing',
      { stages: { grow, flour, loaf: { uses: 'bake', in: { flour: 'flour' }, with: { minuts: 3 } } } },
      '"minuts" of the stage "loaf" (bake) is unknown',
      '"minuts"',
      'did you mean "minutes"?',
    ],
    [
      'goes with another',
      mill({ ink: 'red' }),
      '"with" of the stage "flour" (mill) has "ink" and lacks "label", which it goes with',
      '"with"',
      'add "label": What to print on the sack.',
    ],
    [
      'is missing',
      { stages: { grow, flour, loaf: { uses: 'bake', in: { flour: 'flour' }, with: {} } } },
      '"with" of the stage "loaf" (bake) lacks "minutes"',
      '"with"',
      'add "minutes": Time in the oven.',
    ],
  ])('%s is shown at the key or the value', (_, pipeline, message, at, hint) => {
    const complaint = project.complaint(pipeline);
    expect(complaint.message).toBe(message);
    expect(underlined(complaint.frame!)).toBe(at);
    expect(complaint.hint).toBe(hint);
  });
});

test('defaults are filled in, inner ones as well, and resources come from the type unless the stage has its own', () => {
  const { stages } = project.load({
    stages: { grow, flour: { ...flour, with: { sieve: {} }, resources: { memory: '1.5GiB' } } },
  });
  expect(stages[0].params).toEqual({ field: 'north', tonnes: 3 });
  expect(stages[0].resources).toEqual({ cores: 1, gpu: 0, memory: 0 });
  expect(stages[1].params).toEqual({ stone: 'granite', grit: 0.5, size: 'auto', sieve: { mesh: 10 } });
  expect(stages[1].resources).toEqual({ cores: 2, gpu: 0, memory: 1.5 * 1024 ** 3 });
});

test.each([
  [90, 90],
  ['30s', 30],
  ['15m', 900],
  ['15 min', 900],
  ['1.5h', 5400],
  ['3d', 259_200],
  ['${params.t}', 7],
])('a timeout of %j is %d seconds', (timeout, seconds) => {
  const { stages } = project.load({ params: { t: 7 }, stages: { grow: { uses: 'harvest', timeout, retries: 2 } } });
  expect(stages[0]).toMatchObject({ timeout: seconds, retries: 2 });
});
