import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../../../src/runner/stage.ts';
import { Project, instance } from '../project.ts';

const project = new Project();
const grow = { uses: 'harvest' };
const mill = (withs: Record<string, Json>) => ({ uses: 'mill', in: { crop: 'grow' }, with: withs });

describe('the key "..." of "with"', () => {
  test('takes over the members of an object, and what is written beside it wins', () => {
    const pipeline = project.load({
      params: { shared: { grit: 3, label: 'coarse' } },
      stages: {
        grow,
        flour: mill({ label: 'fine', '...': '${params.shared}' }),
        meal: mill({ '...': '${params.shared}' }),
      },
    });
    expect(instance(pipeline, 'flour').params).toMatchObject({ grit: 3, label: 'fine', stone: 'granite' });
    expect(instance(pipeline, 'meal').params).toMatchObject({ grit: 3, label: 'coarse' });
    expect(instance(pipeline, 'meal').params).not.toHaveProperty('...');
  });

  test('gives way to an override of the one stage', () => {
    const pipeline = project.load(
      {
        params: { shared: { grit: 3, label: 'coarse' } },
        stages: { grow, flour: mill({ '...': '${params.shared}' }), meal: mill({ '...': '${params.shared}' }) },
      },
      'flour.grit=8',
    );
    expect(instance(pipeline, 'flour').params).toMatchObject({ grit: 8, label: 'coarse' });
    expect(instance(pipeline, 'meal').params).toMatchObject({ grit: 3 });
  });

  test('points to the shared value where that does not fit', () => {
    const complaint = project.complaint({
      params: { shared: { grti: 3 } },
      stages: { grow, flour: mill({ '...': '${params.shared}' }) },
    });
    expect(complaint).toMatchObject({ hint: 'did you mean "grit"?' });
    expect(complaint.frame).toMatch(/"grti": 3\n.*\^{6}/);
  });

  test('must be an object', () => {
    const complaint = project.complaint({
      params: { shared: 4 },
      stages: { grow, flour: mill({ '...': '${params.shared}' }) },
    });
    expect(complaint.message).toBe('"..." must be an object of parameters, found 4');
  });

  test('works inside of an object, and in what it takes over', () => {
    const pipeline = project.load({
      params: { wires: { mesh: 3 }, sieve: { '...': '${params.wires}', frame: 'oak' }, shared: { label: 'coarse' } },
      stages: { grow, flour: mill({ '...': '${params.shared}', sieve: { '...': '${params.sieve}', frame: 'ash' } }) },
    });
    expect(instance(pipeline, 'flour').params).toMatchObject({ label: 'coarse', sieve: { mesh: 3, frame: 'ash' } });
  });
});
