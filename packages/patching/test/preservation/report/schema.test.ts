/** The published schema and guide of `audit.json`, held to what the code writes. `npx vitest -u` writes the schema anew. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { auditSchema, reportFormats, ruleIds } from '../../../src/preservation/report/index.js';
import { exampleReport } from './example-audit.js';

const docs = (name: string) => fileURLToPath(new URL(`../../../../../docs/${name}`, import.meta.url));

describe('the published schema of audit.json', () => {
  it('is that of the code', async () => {
    const schema = z.toJSONSchema(auditSchema, { io: 'output' });
    const text = JSON.stringify({ $id: 'tessera-audit-1', title: 'A Tessera audit', ...schema }, null, 2);
    await expect(`${text}\n`).toMatchFileSnapshot(docs('audit.schema.json'));
  });

  it('accepts what is written, and nothing with a word more', () => {
    const fits = new Ajv2020({ validateFormats: false }).compile(
      JSON.parse(readFileSync(docs('audit.schema.json'), 'utf8')),
    );
    const data = JSON.parse(JSON.stringify(exampleReport({ baseline: exampleReport() })));
    fits(data);
    expect(fits.errors).toBeNull();
    expect(fits({ ...data, more: 1 })).toBe(false);
    expect(fits({ ...data, outcome: 'fine' })).toBe(false);
  });

  it('has a guide that names every rule, form and outcome', () => {
    const guide = readFileSync(docs('audit.md'), 'utf8');
    for (const word of [...ruleIds, ...reportFormats, ...auditSchema.shape.outcome.options]) {
      expect(guide).toContain(`\`${word}\``);
    }
  });
});
