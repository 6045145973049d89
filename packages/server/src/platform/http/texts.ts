import { z } from 'zod';

const noLineBreak = [/^[^\p{Cc}]*$/u, 'must be one line'] as const;

/** A name of at most so many characters, on one line. */
export const oneLine = (most: number) =>
  z
    .string()
    .max(most)
    .regex(...noLineBreak);

/** What somebody has to say, as a purpose or a reason: on one line, and not nothing. */
export const filledLine = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(...noLineBreak);
