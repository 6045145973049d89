import type { DetectorGroup } from '../detector.ts';
import { base64Of, draw, uuid } from './cases.ts';
import { special, token } from './token.ts';

const PEM = `${'-'.repeat(5)}BEGIN RSA PRIVATE KEY${'-'.repeat(5)}\n`;
const PUBLIC = `${'-'.repeat(5)}BEGIN CERTIFICATE${'-'.repeat(5)}\n`;

export const furtherVendors: DetectorGroup = {
  id: 'further-vendors',
  title: 'Further vendors',
  detectors: [
    token({
      id: 'adafruit-io-key',
      prefixes: ['aio_'],
      alphabet: 'base62',
      length: 28,
      exact: true,
      random: true,
      docs: 'https://io.adafruit.com/api/docs/',
    }),
    token({
      id: 'adobe-client-secret',
      prefixes: ['p8e-'],
      alphabet: 'base64url',
      length: [32, 36],
      exact: true,
      random: true,
      docs: 'https://developer.adobe.com/developer-console/docs/guides/authentication/',
    }),
    token({
      id: 'aws-appsync-api-key',
      prefixes: ['da2-'],
      alphabet: 'lower36',
      length: 26,
      exact: true,
      random: true,
      docs: 'https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html',
    }),
    token({
      id: 'dependency-track-api-key',
      prefixes: ['odt_'],
      alphabet: 'base62',
      length: [32, 44],
      random: true,
      docs: 'https://docs.dependencytrack.org/integrations/rest-api/',
    }),
    token({
      id: 'dropbox-access-token',
      prefixes: ['sl.u.', 'sl.'],
      alphabet: 'base64url',
      length: [120, 1300],
      random: true,
      docs: 'https://developers.dropbox.com/oauth-guide',
    }),
    token({
      id: 'newrelic-admin-key',
      prefixes: ['NRAA-'],
      alphabet: 'hex',
      length: 27,
      docs: 'https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/',
    }),
    token({
      id: 'segment-public-api-token',
      prefixes: ['sgp_'],
      alphabet: 'base62',
      length: 64,
      exact: true,
      random: true,
      docs: 'https://docs.segmentapis.com/tag/Getting-Started/',
    }),
    special({
      id: 'pixie-key',
      anchors: ['px-api-', 'px-dep-'],
      matcher: /px-(?:api|dep)-(?<body>[a-f0-9]{8}-(?:[a-f0-9]{4}-){3}[a-f0-9]{12})/y,
      validators: ['token'],
      docs: 'https://docs.px.dev/reference/admin/api-keys/',
      positives: [`px-api-${uuid(1)}`, `PX_DEPLOY_KEY=px-dep-${uuid(2)}`],
      negatives: ['px-api-key', `px-${uuid(1)}`],
    }),
    special({
      id: 'salesforce-access-token',
      anchors: ['00D'],
      probe: { at: 15, char: '!' },
      matcher: /00D(?<body>[A-Za-z0-9]{12}![A-Za-z0-9._]{80,200})/y,
      validators: ['random'],
      docs: 'https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_oauth_and_connected_apps.htm',
      positives: [1, 2].map((seed) => `00D${draw('base62', 12, seed)}!${draw('base62', 96, seed)}`),
      negatives: [`00D${draw('base62', 12, 1)}`, `00D${draw('base62', 12, 1)}!${draw('base62', 20, 1)}`],
    }),
    special({
      id: 'teamcity-token',
      anchors: [base64Of('{"typ": "TCV2"}').slice(0, 20)],
      matcher: /eyJ0eXAiOiAiVENWMiJ9\.(?<body>[A-Za-z0-9_-]{30,44}\.[A-Za-z0-9_-]{40,56})/y,
      validators: ['token'],
      docs: 'https://www.jetbrains.com/help/teamcity/configuring-your-user-profile.html',
      positives: [1, 2].map(
        (seed) =>
          `${base64Of('{"typ": "TCV2"}')}.${draw('base64url', 36, seed)}.${draw('base64url', 48, seed)}`,
      ),
      negatives: [
        `${base64Of('{"typ": "TCV2"}')}.`,
        `${base64Of('{"typ": "TCV1"}')}.${draw('base64url', 36, 1)}.${draw('base64url', 48, 1)}`,
      ],
    }),
    special({
      id: 'private-key-in-base64',
      anchors: [base64Of('-----BEGIN').slice(0, 12)],
      matcher: /LS0tLS1CRUdJ(?<body>[A-Za-z0-9+/]{100,6000}={0,2})/y,
      validators: ['base64-private-key'],
      docs: 'https://www.rfc-editor.org/rfc/rfc7468',
      positives: [1, 2].map((seed) => `KEY_B64=${base64Of(PEM + draw('base64', 200, seed))}`),
      negatives: [base64Of(PUBLIC + draw('base64', 200, 1)), base64Of('-----BEGIN')],
    }),
    special({
      id: 'slack-legacy-app-token',
      anchors: ['xapp-'],
      matcher: /xapp-(?<body>\d{10,14}-[A-Za-z0-9/+]{24})(?![A-Za-z0-9/+])/y,
      validators: ['random'],
      docs: 'https://docs.slack.dev/authentication/tokens',
      positives: [1, 2].map((seed) => `xapp-${draw('digits', 12, seed)}-${draw('base62', 24, seed)}`),
      negatives: [`xapp-${draw('digits', 12, 1)}-${'x'.repeat(24)}`, 'xapp-1-token'],
    }),
    special({
      id: 'kubernetes-bootstrap-token',
      anchors: ['kubeadm', 'bootstrap-token', 'bootstrap token', 'bootstraptoken'],
      window: { before: 8, after: 160 },
      matcher: /(?:^|[^a-z0-9.])(?<value>[a-z0-9]{6}\.[a-z0-9]{16})(?![a-z0-9.])/g,
      validators: ['random', 'alphanumeric'],
      docs: 'https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/',
      positives: [1, 2].map(
        (seed) =>
          `kubeadm join 10.0.0.1:6443 --token ${draw('lower36', 6, seed)}.${draw('lower36', 16, seed)}`,
      ),
      negatives: [
        'kubeadm join --token abcdef.0123456789abcdef',
        `--token ${draw('lower36', 6, 1)}.${draw('lower36', 16, 1)}`,
      ],
    }),
    special({
      id: 'particle-access-token',
      anchors: ['particle.io'],
      window: { before: 120, after: 160 },
      matcher: /access_token=(?<value>[a-f0-9]{40})(?![a-f0-9])/g,
      validators: ['random'],
      docs: 'https://docs.particle.io/reference/cloud-apis/access-tokens/',
      positives: [1, 2].map(
        (seed) => `curl "https://api.particle.io/v1/devices?access_token=${draw('hex', 40, seed)}"`,
      ),
      negatives: [
        'https://api.particle.io/v1/devices?access_token=1234',
        `access_token=${draw('hex', 40, 1)}`,
      ],
    }),
  ],
};
