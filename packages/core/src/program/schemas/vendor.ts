import { z } from 'zod';
import { classification, day, id, line, linkUrl, owner, positive, sha256Hex, text } from './common.ts';

/** The questions every vendor is asked. */
export const vendorCriteria = [
  'auditability',
  'data-retention',
  'training-use',
  'residency',
  'sub-processors',
  'sign-on',
  'admin-api',
  'ip-indemnity',
  'support',
  'exit',
  'certifications',
] as const;

const evidence = z
  .strictObject({
    id,
    title: line,
    url: linkUrl.optional(),
    sha256: sha256Hex.optional(),
    collected: day,
    expires: day,
  })
  .refine((value) => value.url !== undefined || value.sha256 !== undefined, {
    error: 'must have a url or the sha256 of a file',
  });

/** vendors/ID.yaml: what is known of a vendor, on what evidence, until when. */
export const vendorFile = z.strictObject({
  vendor: id.describe('The id of fairlead.yaml; also the name of this file.'),
  owner,
  tier: z.int().min(1).max(3).default(1),
  processing: z.strictObject({
    trainsOnData: z.boolean(),
    dpaSigned: z.boolean(),
    retentionDays: z.int().nonnegative().nullable().default(null),
    regions: z.array(id).default([]),
    subProcessorsReviewed: day.optional(),
  }),
  approvedFor: z.array(classification).describe('The classifications whose code this vendor may see.'),
  reviewEveryMonths: positive.max(24),
  criteria: z.partialRecord(
    z.enum(vendorCriteria),
    z.strictObject({
      weight: z.number().min(0).max(100),
      score: z.int().min(0).max(4),
      knockOut: z.boolean().default(false),
      note: text,
      evidence: z.array(id).default([]),
    }),
  ),
  evidence: z.array(evidence).min(1, 'an evaluation without evidence is an opinion'),
  memo: text.optional().describe('Why the vendor was approved, in a paragraph.'),
});
