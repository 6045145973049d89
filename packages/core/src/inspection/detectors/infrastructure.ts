import type { DetectorGroup } from '../detector.ts';
import { base64Of, draw } from './cases.ts';
import { special, token } from './token.ts';

const DOPPLER = 'https://docs.doppler.com/docs/service-tokens';
const VAULT = 'https://developer.hashicorp.com/vault/docs/concepts/tokens';

export const infrastructure: DetectorGroup = {
  id: 'infrastructure',
  title: 'Secret stores and infrastructure tools',
  detectors: [
    token({
      id: 'vault-token',
      prefixes: ['hvs.', 'hvb.', 'hvr.'],
      alphabet: 'base64url',
      length: [24, 400],
      docs: VAULT,
    }),
    special({
      id: 'vault-legacy-token',
      anchors: ['token', 'vault'],
      matcher:
        /(?:vault_?token|token|vault)["']?[ \t]{0,3}[=: ][ \t]{0,3}["']?(?<value>s\.(?<body>[A-Za-z0-9]{24}))(?![A-Za-z0-9._(])/iy,
      left: 'free',
      validators: ['random', 'alphanumeric'],
      docs: VAULT,
      positives: [1, 2].map((seed) => `token: s.${draw('base62', 24, seed)}`),
      negatives: [`token: s.${'x'.repeat(24)}`, 'token: s.AcceptanceTimeoutSeconds'],
    }),
    special({
      id: 'terraform-cloud-token',
      anchors: ['.atlasv1.'],
      window: { before: 15, after: 80 },
      matcher: /\b(?<value>[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70})/g,
      validators: ['random'],
      docs: 'https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens',
      positives: [1, 2].map(
        (seed) => `token = "${draw('base62', 14, seed)}.atlasv1.${draw('base62', 67, seed)}"`,
      ),
      negatives: [`"${'x'.repeat(14)}.atlasv1.${'x'.repeat(67)}"`, 'abc.atlasv1.def'],
    }),
    special({
      id: 'doppler-token',
      anchors: ['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.', 'dp.scim.', 'dp.audit.'],
      matcher: /dp\.(?:pt|ct|sa|scim|audit|st(?:\.[a-z0-9_-]{2,35})?)\.(?<body>[A-Za-z0-9]{40,44})/y,
      validators: ['token'],
      docs: DOPPLER,
      positives: [`dp.pt.${draw('base62', 43, 1)}`, `dp.st.prd.${draw('base62', 43, 2)}`],
      negatives: ['dp.pt.abc', `dp.pt.${'x'.repeat(43)}`],
    }),
    special({
      id: 'onepassword-service-account',
      anchors: ['ops_eyJ'],
      matcher: /ops_(?<body>eyJ[A-Za-z0-9+/_-]{200,1900}={0,2})/y,
      validators: ['base64-json'],
      docs: 'https://developer.1password.com/docs/service-accounts/',
      positives: [1, 2].map(
        (seed) =>
          `ops_${base64Of(`{"signInAddress":"acme.1password.com","userAuth":{"method":"SRPg-4096","salt":"${draw('base64url', 22, seed)}"},"srpX":"${draw('hex', 64, seed)}","muk":"${draw('base64url', 43, seed)}"}`)}`,
      ),
      negatives: ['ops_eyJzaWduSW5B..[Redacted]', `ops_eyJ${'x'.repeat(260)}`],
    }),
    special({
      id: 'onepassword-secret-key',
      anchors: ['A3-'],
      probe: { at: 9, char: '-' },
      matcher:
        /A3-(?<body>[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5})(?![A-Z0-9-])/y,
      validators: ['random'],
      docs: 'https://support.1password.com/secret-key-security/',
      positives: [1, 2].map(
        (seed) =>
          `A3-${draw('upper36', 6, seed)}-${draw('upper36', 6, seed + 2)}-${draw('upper36', 5, seed)}-${draw('upper36', 5, seed + 1)}-${draw('upper36', 5, seed + 2)}-${draw('upper36', 5, seed + 3)}`,
      ),
      negatives: ['A3-XXXXXX-XXXXXX-XXXXX-XXXXX-XXXXX-XXXXX', 'A3-SIZES-ONLY'],
    }),
    token({
      id: 'age-secret-key',
      prefixes: ['AGE-SECRET-KEY-1'],
      alphabet: 'bech32',
      length: 58,
      docs: 'https://github.com/C2SP/C2SP/blob/main/age.md',
    }),
    token({
      id: 'prefect-api-key',
      prefixes: ['pnu_', 'pnb_'],
      alphabet: 'lower36',
      length: 36,
      exact: true,
      random: true,
      docs: 'https://docs.prefect.io/v3/how-to-guides/cloud/manage-users/api-keys',
    }),
    token({
      id: 'infracost-api-key',
      prefixes: ['ico-'],
      alphabet: 'base62',
      length: 32,
      exact: true,
      random: true,
      apart: true,
      docs: 'https://www.infracost.io/docs/',
    }),
    token({
      id: 'clickhouse-cloud-key',
      prefixes: ['4b1d'],
      alphabet: 'base62',
      length: 38,
      exact: true,
      random: true,
      docs: 'https://clickhouse.com/docs/cloud/manage/openapi',
    }),
    token({
      id: 'scalr-token',
      prefixes: ['at-'],
      alphabet: 'base62',
      length: [54, 60],
      exact: true,
      random: true,
      apart: true,
      docs: 'https://docs.scalr.io/docs/api-tokens',
    }),
  ],
};
