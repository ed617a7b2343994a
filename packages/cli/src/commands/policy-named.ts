/** The policy that a word of the command line means: a file of weights, or a name such as `uniform:16`. */
import { limited, loadPolicy, type PatchPolicy, policyFromName } from '@tessera/patching';

export interface NamedPolicy {
  readonly policy: PatchPolicy;
  /** Gives back what a learned policy holds of an engine. */
  dispose(): Promise<void>;
}

/**
 * @param rate steps per patch at least, for names without one; a limit around learned policies
 * @throws TesseraError POLICY_UNKNOWN, OPTIONS_INVALID, WEIGHTS_INVALID, FILE_UNREADABLE
 */
export async function policyNamed(word: string, rate?: number): Promise<NamedPolicy> {
  if (!word.endsWith('.safetensors')) {
    return { policy: policyFromName(word, rate), dispose: async () => undefined };
  }
  const learned = await loadPolicy(word);
  return {
    policy: rate === undefined ? learned : limited(learned, { rate }),
    dispose: () => learned.dispose(),
  };
}
