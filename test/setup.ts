import fc from 'fast-check';

// Properties are tried on the same inputs every time, so that a failure is a change's; FC_SEED=<number> tries others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });
