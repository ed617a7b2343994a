/**
 * Runs Pelt of the Python package ruptures in a process of its own, in the first Python that has it. Where none has, that is told as a
 * reason, not as a failure.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const script = fileURLToPath(new URL('../../peers/ruptures/pelt.py', import.meta.url));
const answerSchema = z.object({
  version: z.string(),
  changes: z.array(z.int()),
  seconds: z.array(z.number()).min(1),
});

export type RupturesAnswer = z.output<typeof answerSchema>;

export interface RupturesQuestion {
  readonly values: readonly number[];
  readonly penalty: number;
  readonly minSize: number;
  readonly runs: number;
}

export async function askRuptures(
  question: RupturesQuestion,
  signal: AbortSignal | undefined,
): Promise<RupturesAnswer | string> {
  const reasons: string[] = [];
  for (const python of ['python3', '/usr/bin/python3']) {
    const answer = await ask(python, JSON.stringify(question), signal);
    if (typeof answer !== 'string') return answer;
    reasons.push(`${python}: ${answer}`);
  }
  return reasons.join('; ');
}

function ask(
  python: string,
  question: string,
  signal: AbortSignal | undefined,
): Promise<RupturesAnswer | string> {
  return new Promise((resolve) => {
    const child = spawn(python, [script], {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    });
    let output = '';
    let complaint = '';
    child.stdout.on('data', (text) => {
      output += String(text);
    });
    child.stderr.on('data', (text) => {
      complaint = (complaint + String(text)).slice(-2000);
    });
    child.stdin.on('error', () => {});
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => {
      if (code === 0) resolve(answerSchema.parse(JSON.parse(output)));
      else resolve(complaint.trim().split('\n').at(-1) ?? `it ended with ${code}`);
    });
    child.stdin.end(question);
  });
}
