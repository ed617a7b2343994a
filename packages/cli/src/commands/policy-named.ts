/** The policy that a word of the command line means: a file of weights, or a name such as `uniform:16`. */
import { loadPolicy, type PatchPolicy, policyFromName } from '@tessera/patching';

/** @throws TesseraError POLICY_UNKNOWN, OPTIONS_INVALID, WEIGHTS_INVALID, FILE_UNREADABLE */
export async function policyNamed(word: string): Promise<PatchPolicy> {
  return word.endsWith('.safetensors') ? loadPolicy(word) : policyFromName(word);
}
