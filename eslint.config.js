import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * Which folder may import which, from the ground up (docs/architecture.md): those that stand to the right, and nothing else of `src/`.
 * Rooms that serve stages also know the contract between runner and stages, src/runner/stage.ts.
 */
const ground = ['disk', 'tensor', 'text'];
const science = [...ground, 'boosting', 'prediction', 'model', 'nas'];
const layers = {
  disk: [],
  text: ['statistics'],
  tensor: [],
  statistics: [],
  boosting: ['statistics'],
  prediction: ['tensor', 'statistics', 'boosting'],
  model: ['tensor'],
  nas: ['model', 'tensor', 'statistics', 'boosting', 'prediction'],
  fetch: ['text'],
  report: [],
  runner: ['disk', 'fetch', 'report'],
  cli: ['disk', 'runner', 'report'],
};
const rooms = {
  stage: [...science],
  artifacts: [...science],
  batching: [...ground, 'model'],
  training: [...science, 'artifacts', 'batching'],
  exploration: [...science, 'stage', 'artifacts', 'batching', 'training'],
  predictors: [...science, 'artifacts'],
  choosing: [...science, 'stage', 'artifacts', 'batching', 'training', 'exploration'],
  divergence: [...science, 'artifacts', 'batching'],
  translation: [...science, 'artifacts', 'batching'],
  serving: [...ground, 'model', 'stage', 'artifacts', 'translation'],
  onnx: [...ground, 'model', 'artifacts', 'translation'],
  comparison: [...science, 'statistics', 'artifacts'],
  overview: [...science],
  depiction: [...science, 'artifacts', 'statistics', 'report'],
  benchmark: [...science, 'statistics', 'stage', 'artifacts', 'batching', 'training', 'translation'],
};

const folders = [...Object.keys(layers), ...Object.keys(rooms)];

/** A rule for each depth, since a room may have a folder of the name of another one: `../../text/` is src/text two folders down. */
function importRules(folder, allowed, contract) {
  const forbidden = [...folders, 'stages', 'scripts', 'test'].filter(
    (name) => name !== folder && !allowed.includes(name),
  );
  const targets = forbidden.map((name) => (contract && name === 'runner' ? 'runner/(?!stage\\.ts$)' : `${name}/`));
  return [0, 1, 2, 3].map((depth) => ({
    files: [`src/${folder}/${'*/'.repeat(depth)}*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^${'\\.\\./'.repeat(depth + 1)}(?:\\.\\./)?(?:${targets.join('|')})`,
              message:
                `src/${folder} imports ${allowed.map((name) => `src/${name}`).join(', ') || 'nothing else of src/'}: `
                + 'imports point downwards only (docs/architecture.md).',
            },
          ],
        },
      ],
    },
  }));
}

const rules = [
  ...Object.entries(layers).flatMap(([folder, allowed]) => importRules(folder, allowed, false)),
  ...Object.entries(rooms).flatMap(([folder, allowed]) => importRules(folder, allowed, true)),
];

export default tseslint.config(
  { ignores: ['dist/', 'runs/', 'node_modules/', 'coverage/'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-control-regex': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
    },
  },
  {
    files: ['stages/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '(^|/)(cli|runner/(?!stage\\.ts$).*)',
              message: 'A stage knows only its contract, src/runner/stage.ts, and the domain folders.',
            },
          ],
        },
      ],
    },
  },
  ...rules,
  {
    files: ['src/report/page/page.js'],
    languageOptions: {
      sourceType: 'script',
      globals: {
        document: 'readonly',
        Blob: 'readonly',
        DecompressionStream: 'readonly',
        Response: 'readonly',
        atob: 'readonly',
      },
    },
  },
  {
    files: ['src/report/page/live.js'],
    languageOptions: {
      sourceType: 'script',
      globals: {
        document: 'readonly',
        DOMParser: 'readonly',
        Event: 'readonly',
        EventSource: 'readonly',
        fetch: 'readonly',
      },
    },
  },
  {
    files: ['scripts/proofs/report/in-page.js'],
    languageOptions: {
      globals: {
        document: 'readonly',
        window: 'readonly',
        performance: 'readonly',
        Image: 'readonly',
        fetch: 'readonly',
      },
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { module: 'writable', require: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
