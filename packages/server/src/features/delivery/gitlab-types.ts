import type { Actor } from '@fairlead/core/delivery';
import { z } from 'zod';

export const gitlabTime = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'not a time');

export const gitlabUser = z.looseObject({ username: z.string(), bot: z.boolean().nullish() }).nullish();

/** Accounts of access tokens, GitLab's own, and names that end like those of programs. */
const botName =
  /^(?:project|group)_\d+_bot(?:_|\d|$)|^(?:gitlab|support|alert|security|visual-review)-bot$|(?:^|[-_.])bot$|\[bot\]$/i;

export function gitlabActor(account: z.output<typeof gitlabUser>): Actor {
  if (account == null || /^ghost\d*$/.test(account.username)) return { login: null, kind: 'unknown' };
  const isBot = account.bot === true || botName.test(account.username);
  return { login: account.username, kind: isBot ? 'bot' : 'human' };
}
