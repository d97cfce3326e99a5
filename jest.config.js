export default {
  testEnvironment: './test/environment.cjs',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.[jt]s$': './test/transform.cjs' },
  // The gradients of TensorFlow.js exist only as sources in its `dist` folder, which Node cannot import as they are.
  transformIgnorePatterns: ['/node_modules/(?!@tensorflow/tfjs-core/dist/(?!tf-core))', '/dist/.*\\.mjs$'],
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/runs/'],
  setupFiles: ['./test/setup.ts'],
  testTimeout: 60_000,
  // Half of the time a test waits for processes that it started.
  maxWorkers: '100%',
};
