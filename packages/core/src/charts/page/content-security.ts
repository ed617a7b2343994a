/**
 * The Content-Security-Policy of a page: only the scripts and styles that were written into it, known by their hashes;
 * no network, no eval, no inline handlers, no frames. Images come from data links, which cannot run scripts.
 */
import { createHash } from 'node:crypto';

export function contentSecurityPolicy(scripts: readonly string[], styles: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.length === 0 ? "'none'" : scripts.map(hashSource).join(' ')}`,
    `style-src ${styles.length === 0 ? "'none'" : styles.map(hashSource).join(' ')}`,
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashSource(content: string): string {
  return `'sha256-${createHash('sha256').update(content, 'utf8').digest('base64')}'`;
}
