import type { DetectorGroup } from '../detector.ts';
import { base64UrlOf, draw, withChecksum } from './cases.ts';
import { special, token } from './token.ts';

const GITHUB =
  'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats';
const GITLAB = 'https://docs.gitlab.com/security/tokens/#token-prefixes';

const gitLab = (id: string, prefix: string): ReturnType<typeof token> =>
  token({ id: `gitlab-${id}`, prefixes: [prefix], alphabet: 'base64url', length: [20, 120], docs: GITLAB });

export const sourceHosts: DetectorGroup = {
  id: 'source-hosts',
  title: 'Source hosts and continuous integration',
  detectors: [
    special({
      id: 'github-token',
      anchors: ['ghp_', 'gho_', 'ghu_', 'ghr_'],
      matcher: /gh[pour]_(?<body>[A-Za-z0-9]{36,255})/y,
      validators: ['trailing-crc32'],
      docs: GITHUB,
      positives: ['p', 'o', 'u', 'r'].map((kind, i) => `gh${kind}_${withChecksum(i + 1)}`),
      negatives: [`ghp_${'x'.repeat(36)}`, `ghp_${'0'.repeat(36)}`, `ghp_${draw('base62', 20, 1)}`],
    }),
    special({
      id: 'github-app-token',
      anchors: ['ghs_'],
      matcher: /ghs_(?<body>[A-Za-z0-9]{36,255}|\d{1,12}_eyJ[\w-]{8,300}\.eyJ[\w-]{8,600}\.[\w-]{16,700})/y,
      validators: ['trailing-crc32'],
      docs: GITHUB,
      positives: [
        `ghs_${withChecksum(5)}`,
        `ghs_${draw('base62', 36, 6)}`,
        `ghs_4711_${base64UrlOf('{"alg":"RS256"}')}.${base64UrlOf('{"iss":"4711"}')}.${draw('base64url', 64, 2)}`,
      ],
      negatives: [`ghs_${'X'.repeat(36)}`, `ghs_${draw('base62', 20, 1)}`],
    }),
    special({
      id: 'github-fine-grained-token',
      anchors: ['github_pat_'],
      matcher: /github_pat_(?<body>[A-Za-z0-9]{22}_[A-Za-z0-9]{59})/y,
      validators: ['token'],
      docs: GITHUB,
      positives: [1, 2].map((seed) => `github_pat_11${draw('base62', 20, seed)}_${draw('base62', 59, seed)}`),
      negatives: [`github_pat_${'x'.repeat(22)}_${'x'.repeat(59)}`, `github_pat_${draw('base62', 22, 1)}`],
    }),
    special({
      id: 'gitlab-personal-token',
      anchors: ['glpat-'],
      matcher: /glpat-(?<body>[A-Za-z0-9_-]{20,300}(?:\.[0-9a-z]{2}\.?[0-9a-z]{7,9})?)/y,
      validators: ['token'],
      docs: GITLAB,
      positives: [
        `glpat-${draw('base64url', 20, 1)}`,
        `glpat-${draw('base64url', 27, 2)}.01.${draw('lower36', 9, 2)}`,
      ],
      negatives: [`glpat-${'X'.repeat(20)}`, `glpat-${draw('base64url', 11, 1)}`],
    }),
    gitLab('deploy-token', 'gldt-'),
    gitLab('runner-token', 'glrt-'),
    gitLab('runner-registration-token', 'glrtr-'),
    gitLab('ci-job-token', 'glcbt-'),
    gitLab('trigger-token', 'glptt-'),
    gitLab('agent-token', 'glagent-'),
    gitLab('oauth-secret', 'gloas-'),
    gitLab('feed-token', 'glft-'),
    gitLab('mail-token', 'glimt-'),
    gitLab('scim-token', 'glsoat-'),
    gitLab('feature-flags-token', 'glffct-'),
    token({
      id: 'gitlab-legacy-runner-token',
      prefixes: ['GR1348941'],
      alphabet: 'base64url',
      length: 20,
      random: true,
      docs: GITLAB,
    }),
    token({
      id: 'bitbucket-app-password',
      prefixes: ['ATBB'],
      alphabet: 'base62',
      length: [32, 40],
      random: true,
      docs: 'https://support.atlassian.com/bitbucket-cloud/docs/app-passwords/',
    }),
    token({
      id: 'atlassian-api-token',
      prefixes: ['ATATT3', 'ATCTT3', 'ATSTT3'],
      alphabet: 'base64url',
      length: [60, 220],
      docs: 'https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/',
    }),
    special({
      id: 'sourcegraph-token',
      anchors: ['sgp_'],
      matcher: /sgp_(?:(?:[a-fA-F0-9]{16}|local)_)?(?<body>[a-fA-F0-9]{40})(?![a-zA-Z0-9])/y,
      validators: ['random'],
      docs: 'https://sourcegraph.com/docs/cli/how-tos/creating_an_access_token',
      positives: [
        `sgp_${draw('hex', 40, 1)}`,
        `sgp_local_${draw('hex', 40, 2)}`,
        `sgp_${draw('hex', 16, 3)}_${draw('hex', 40, 3)}`,
      ],
      negatives: [`sgp_${'5'.repeat(40)}`, `sgp_${draw('hex', 30, 1)}`],
    }),
    token({
      id: 'circleci-token',
      prefixes: ['CCIPAT_', 'CCIPRJ_'],
      alphabet: 'base62',
      length: [22, 90],
      docs: 'https://circleci.com/docs/managing-api-tokens/',
    }),
    token({
      id: 'buildkite-token',
      prefixes: ['bkua_'],
      alphabet: 'lower36',
      length: 40,
      docs: 'https://buildkite.com/docs/apis/managing-api-tokens',
    }),
    token({
      id: 'sonarqube-token',
      prefixes: ['squ_', 'sqp_', 'sqa_'],
      alphabet: 'hex',
      length: 40,
      docs: 'https://docs.sonarsource.com/sonarqube-server/latest/user-guide/managing-tokens/',
    }),
    token({
      id: 'octopus-api-key',
      prefixes: ['API-'],
      alphabet: 'upper36',
      length: [25, 32],
      exact: true,
      random: true,
      apart: true,
      docs: 'https://octopus.com/docs/octopus-rest-api/how-to-create-an-api-key',
    }),
    token({
      id: 'pulumi-access-token',
      prefixes: ['pul-'],
      alphabet: 'hex',
      length: 40,
      exact: true,
      random: true,
      apart: true,
      docs: 'https://www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens/',
    }),
  ],
};
