/** Properties draw from one seed, fixed here, so that a run repeats; TESSERA_SEED looks further. */
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.TESSERA_SEED ?? 1) });
