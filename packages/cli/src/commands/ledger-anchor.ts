import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { appendAnchor, readAnchors } from '../anchors/file.ts';
import { readTagAnchors, tagAnchor } from '../anchors/git.ts';
import { type PlaceFlags, placeOf, withPlace } from './ledger-place.ts';

export interface AnchorFlags {
  readonly git?: string;
  readonly tag: string;
}

/** Where anchors lie in git. */
export function withGit(command: Command): Command {
  return command
    .option('--git <DIR>', 'git working copy that holds anchors as annotated tags')
    .option('--tag <PREFIX>', 'how the names of those tags begin', 'fairlead-log-');
}

/** `fairlead ledger anchor`: keeps the newest checkpoint where whoever holds the log can't change it. */
export function registerAnchor(ledger: Command): void {
  withGit(withPlace(ledger.command('anchor')))
    .description('keep the newest signed checkpoint as a git tag, or at the end of a file')
    .option('--file <FILE>', 'file to append to, instead')
    .option('--keys <DIR>', 'folder of the signing key (beside the data folder unless told)')
    .action(
      async (
        flags: PlaceFlags & AnchorFlags & { readonly file?: string; readonly keys?: string },
        command: Command,
      ) => {
        const { git, tag, file, keys } = flags;
        if ((git === undefined) === (file === undefined))
          return command.error('error: give --git DIR or --file FILE');
        const { ledger: api } = await import('@fairlead/server/cli-api');
        const earlier = git === undefined ? earlierIn(file as string) : await readTagAnchors(git, tag);
        const { note, size, origin, cosigned } = await api.anchorOf(placeOf(flags), earlier, keys);
        const name = git === undefined ? file : await tagAnchor(git, tag, size, note);
        const isNew = git === undefined ? appendAnchor(file as string, note) : name !== null;
        const what = `${size} entries of ${origin}${cosigned ? ', cosigned' : ''}`;
        process.stdout.write(isNew ? `Anchored ${what} in ${name}\n` : `Anchored already: ${what}\n`);
      },
    );
}

function earlierIn(file: string): readonly string[] {
  return existsSync(file) ? readAnchors(file) : [];
}
