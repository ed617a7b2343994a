/** A file inside a link: it is saved without a server and without scripts. */

import type { Html } from './html.js';
import { html } from './html.js';
import type { DownloadsBlock } from './page-data.js';

export function dataLink(mediaType: string, content: string | Uint8Array): string {
  return `data:${mediaType};base64,${Buffer.from(content).toString('base64')}`;
}

/** A name that is safe as a file name everywhere. */
export function fileName(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '');
  return safe === '' ? 'file' : safe.slice(0, 100);
}

export function downloadsBlock({ files }: DownloadsBlock): Html {
  const links = files.map(({ name, mediaType, content }) => {
    const bytes = Buffer.from(content);
    const size = bytes.length < 1000 ? `${bytes.length} B` : `${Math.round(bytes.length / 1000)} kB`;
    const link = dataLink(mediaType, bytes);
    return html`<li><a download="${fileName(name)}" href="${link}">${name} <span class="size">${size}</span></a></li>`;
  });
  return html`<ul class="files">${links}</ul>
`;
}
