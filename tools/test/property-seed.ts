// Property tests look at the same cases on every run, so that red means "something changed". New cases come from
// `PROPERTY_SEED=any npm test` (or a number that such a run has printed), and from `npm run fuzz`.
import fc from 'fast-check';

const { PROPERTY_SEED: wanted = '20261121' } = process.env;
if (wanted !== 'any') {
  if (!/^-?\d+$/.test(wanted)) throw new Error(`PROPERTY_SEED is "${wanted}": give a whole number, or "any".`);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted) });
}
