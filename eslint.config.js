import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * Which part of the house may import which (docs/architecture.md). Each entry forbids, for the files
 * of one part, the imports that would point upwards or sideways.
 */
const parts = {
  'src/runner': ['src/fetch', 'src/cli', 'src/text', 'src/tensor', 'src/model', 'src/nas', 'stages'],
  'src/fetch': ['src/cli', 'src/runner', 'src/tensor', 'src/model', 'src/nas', 'stages'],
  'src/text': ['src/fetch', 'src/cli', 'src/runner', 'src/tensor', 'src/model', 'src/nas', 'stages'],
  'src/tensor': ['src/fetch', 'src/cli', 'src/runner', 'src/text', 'src/model', 'src/nas', 'stages'],
  'src/model': ['src/fetch', 'src/cli', 'src/runner', 'src/text', 'src/nas', 'stages'],
  'src/nas': ['src/fetch', 'src/cli', 'src/runner', 'src/text', 'stages'],
  'src/cli': ['src/fetch', 'src/text', 'src/tensor', 'src/model', 'src/nas', 'stages'],
};

const importRules = Object.entries(parts).map(([part, forbidden]) => ({
  files: [`${part}/**/*.ts`],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [{
        regex: `(^|/)(${forbidden.map((p) => p.replace('src/', '')).join('|')})/`,
        message: `${part} must not import from ${forbidden.join(', ')}: imports point downwards only (docs/architecture.md).`,
      }],
    }],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', 'runs/', 'node_modules/', 'coverage/'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly', Buffer: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly' },
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
      'no-restricted-imports': ['error', {
        patterns: [{ regex: '(^|/)(cli|runner/(?!stage\\.ts$).*)', message: 'A stage knows only its contract, src/runner/stage.ts, and the domain folders.' }],
      }],
    },
  },
  ...importRules,
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs', globals: { module: 'writable', require: 'readonly' } }, rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
