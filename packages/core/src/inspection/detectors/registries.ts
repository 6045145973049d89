import type { DetectorGroup } from '../detector.ts';
import { base64Of, draw, variable, withChecksum } from './cases.ts';
import { special, token } from './token.ts';

/** PyPI's tokens are macaroons: the prefix is the base64 of their location. */
const PYPI = ['pypi-', 'AgEIcHlwaS5vcmc'].join('');
const TEST_PYPI = ['pypi-', 'AgENdGVzdC5weXBpLm9yZw'].join('');

export const registries: DetectorGroup = {
  id: 'registries',
  title: 'Package and image registries',
  detectors: [
    special({
      id: 'npm-token',
      anchors: ['npm_'],
      matcher: /npm_(?<body>[A-Za-z0-9]{36})(?![A-Za-z0-9])/y,
      validators: ['trailing-crc32'],
      docs: 'https://docs.npmjs.com/about-access-tokens',
      positives: [1, 2].map((seed) => `npm_${withChecksum(seed)}`),
      negatives: [`npm_${'x'.repeat(36)}`, 'npm_config_registry', `npm_${draw('lower', 20, 1)}`],
    }),
    token({
      id: 'pypi-token',
      prefixes: [PYPI, TEST_PYPI],
      alphabet: 'base64url',
      length: [50, 1000],
      docs: 'https://pypi.org/help/#apitoken',
    }),
    token({
      id: 'rubygems-key',
      prefixes: ['rubygems_'],
      alphabet: 'hex',
      length: 48,
      docs: 'https://guides.rubygems.org/api-key-scopes/',
    }),
    token({
      id: 'crates-io-token',
      prefixes: ['cio'],
      alphabet: 'base62',
      length: 32,
      exact: true,
      random: true,
      apart: true,
      docs: 'https://doc.rust-lang.org/cargo/reference/publishing.html',
    }),
    token({
      id: 'docker-token',
      prefixes: ['dckr_pat_', 'dckr_oat_'],
      alphabet: 'base64url',
      length: [20, 44],
      docs: 'https://docs.docker.com/security/access-tokens/',
    }),
    token({
      id: 'nuget-key',
      prefixes: ['oy2'],
      alphabet: 'lower36',
      length: 43,
      exact: true,
      random: true,
      apart: true,
      docs: 'https://learn.microsoft.com/en-us/nuget/nuget-org/scoped-api-keys',
    }),
    token({
      id: 'clojars-token',
      prefixes: ['CLOJARS_'],
      alphabet: 'hex',
      length: 60,
      docs: 'https://github.com/clojars/clojars-web/wiki/Deploy-Tokens',
    }),
    token({
      id: 'artifactory-api-key',
      prefixes: ['AKCp'],
      alphabet: 'base62',
      length: [60, 80],
      random: true,
      docs: 'https://jfrog.com/help/r/jfrog-platform-administration-documentation/user-profile',
    }),
    token({
      id: 'artifactory-reference-token',
      prefixes: [base64Of('reftkn').slice(0, 8)],
      alphabet: 'base62',
      length: [54, 60],
      random: true,
      docs: 'https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-tokens',
    }),
    token({
      id: 'deno-deploy-token',
      prefixes: ['ddp_', 'ddo_', 'ddw_'],
      alphabet: 'base62',
      length: 36,
      random: true,
      docs: 'https://docs.deno.com/deploy/',
    }),
    {
      id: 'npmrc-auth',
      grade: 'B',
      dataClass: 'secret',
      anchors: [':_auth', ':_password', '\n_auth'],
      matcher:
        /[:\n]_(?:authToken|password|auth)[ \t]{0,2}=[ \t]{0,2}["']?(?<value>[A-Za-z0-9+/=_.-]{12,400})/iy,
      left: 'free',
      validators: ['stored-secret'],
      docs: 'https://docs.npmjs.com/cli/configuring-npm/npmrc',
      positives: [
        `//registry.acme.dev/:_authToken=${draw('base62', 36, 1)}`,
        `//npm.acme.dev/:_password=${draw('base64', 24, 2)}`,
      ],
      negatives: [
        `//registry.acme.dev/:_authToken=${variable('NPM_TOKEN')}`,
        '//registry.acme.dev/:_authToken=your-token-here',
      ],
    },
    {
      id: 'docker-config-auth',
      grade: 'B',
      dataClass: 'secret',
      anchors: ['"auth"', '\\"auth\\"'],
      matcher: /\\?"auth\\?"\s{0,4}:\s{0,4}\\?"(?<value>[A-Za-z0-9+/]{8,400}={0,2})\\?"/y,
      left: 'free',
      validators: ['basic-credentials'],
      docs: 'https://docs.docker.com/reference/cli/docker/login/',
      positives: [1, 2].map(
        (seed) =>
          `{"auths":{"https://index.acme.dev":{"auth":"${base64Of(`jane:${draw('base62', 16, seed)}`)}"}}}`,
      ),
      negatives: [`{"auth": "${base64Of('user:password')}"}`, '{"auth": "required"}'],
    },
  ],
};
