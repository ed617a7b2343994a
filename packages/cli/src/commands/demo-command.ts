/** `tessera demo`: the main job of the repository, on series that come with it. */
import { Command } from 'commander';
import { runDemo } from '../demo/demo.js';
import { progressView } from '../terminal/progress-view.js';
import type { Session } from '../terminal/terminal.js';

export function demoCommand(session: Session): Command {
  return new Command('demo')
    .description('Forecast real series that come with Tessera and write tables, charts and a page')
    .option('--out <folder>', 'folder for the files', 'out/demo')
    .option('--quiet', 'show no progress')
    .action(async (options: { readonly out: string; readonly quiet?: boolean }) => {
      const view = progressView(session.error, options.quiet === true);
      try {
        const files = await runDemo({
          folder: options.out,
          signal: session.signal,
          onProgress: view.onProgress,
          say: (line) => {
            view.close();
            session.output.write(`${line}\n`);
          },
        });
        view.close();
        session.output.write(`\n${files.map((file) => `wrote ${file}`).join('\n')}\n`);
      } finally {
        view.close();
      }
    });
}
