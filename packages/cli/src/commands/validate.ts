import {
  dayNumber,
  dayText,
  isClean,
  renderValidation,
  type ValidationFormat,
  validationFormats,
} from '@fairlead/core/program';
import { type Command, InvalidArgumentError, Option } from 'commander';

interface ValidateFlags {
  readonly at?: string;
  readonly format: ValidationFormat;
}

type Api = Pick<typeof import('@fairlead/server/cli-api'), 'policy' | 'program'>;

/** `fairlead validate`: exit 0 clean (notes allowed), 1 findings, 2 couldn't run. */
export function registerValidate(
  program: Command,
  load: () => Promise<Api> = () => import('@fairlead/server/cli-api'),
): void {
  program
    .command('validate')
    .description('check a program directory: every file, every reference, every policy')
    .argument('[DIR]', 'program directory', '.')
    .option('--at <DAY>', 'judge expiries as of this day (YYYY-MM-DD) instead of today', parseDay)
    .addOption(
      new Option('--format <FORMAT>', 'how to write the findings').choices(validationFormats).default('text'),
    )
    .action(async (directory: string, flags: ValidateFlags) => {
      const { policy, program: api } = await load();
      const today = flags.at ?? api.dayOf(Date.now());
      const { activate } = policy.createPolicy();
      const validation = await api.validateDirectory(directory, { today, checkPolicies: activate });
      process.stdout.write(renderValidation(validation, flags.format, prefixOf(directory)));
      process.exitCode = isClean(validation.findings) ? 0 : 1;
    });
}

/** A real calendar day. */
export function parseDay(value: string): string {
  const number = dayNumber(value);
  if (number === null || dayText(number) !== value)
    throw new InvalidArgumentError('A day is written YYYY-MM-DD.');
  return value;
}

/** Annotations name files from the repository's root, which is where CI runs. */
function prefixOf(directory: string): string {
  const clean = directory.replace(/^\.\//, '').replace(/\/+$/, '');
  return clean === '.' || clean.startsWith('/') || clean.startsWith('..') ? '' : clean;
}
