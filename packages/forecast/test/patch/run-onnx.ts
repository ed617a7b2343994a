/** Runs an exported model outside of Tessera’s engine, in a process of its own, as somebody else’s program would. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const program = `
const [runtime, model, feeds, output] = process.argv.slice(1);
const { InferenceSession, Tensor } = (await import(runtime)).default;
const session = await InferenceSession.create(model);
const inputs = Object.entries(JSON.parse(feeds)).map(([name, { data, dims }]) =>
  [name, new Tensor('float32', Float32Array.from(data, (value) => value ?? NaN), dims)]);
const results = await session.run(Object.fromEntries(inputs));
console.log(JSON.stringify(Array.from(results[output].data)));
`;

export async function runOnnx(
  model: Uint8Array,
  feeds: Readonly<Record<string, { readonly data: Float32Array; readonly dims: readonly number[] }>>,
  output: string,
): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'onnx-'));
  try {
    const file = join(folder, 'model.onnx');
    await writeFile(file, model);
    const core = createRequire(createRequire(import.meta.url).resolve('@tessera/core'));
    const runtime = pathToFileURL(core.resolve('onnxruntime-node')).href;
    const plain = Object.fromEntries(
      Object.entries(feeds).map(([name, { data, dims }]) => [name, { data: Array.from(data), dims }]),
    );
    const argumentsOf = ['--input-type=module', '-e', program, runtime, file, JSON.stringify(plain), output];
    const { stdout } = await promisify(execFile)(process.execPath, argumentsOf);
    const parsed: number[] = JSON.parse(stdout);
    return parsed;
  } finally {
    await rm(folder, { recursive: true });
  }
}
