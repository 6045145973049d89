import type { DetectorGroup } from '../detector.ts';
import { base64UrlOf, draw, uuid } from './cases.ts';
import { named, special, token } from './token.ts';

const SLACK = 'https://docs.slack.dev/authentication/tokens';
const host = (...parts: readonly string[]): string => parts.join('');
const HOOKS = host('hooks.', 'slack.com');
const DISCORD = host('discord', '.com/api/webhooks/');
const botToken = (seed: number): string =>
  `${base64UrlOf(`1${draw('digits', 17, seed)}`)}.G${draw('base62', 5, seed)}.${draw('base64url', 38, seed)}`;

export const chat: DetectorGroup = {
  id: 'chat',
  title: 'Chat, mail and telephony',
  detectors: [
    special({
      id: 'slack-token',
      anchors: ['xoxb-', 'xoxp-', 'xoxa-', 'xoxo-', 'xoxr-', 'xoxs-', 'xoxc-', 'xoxd-'],
      matcher:
        /xox[abcdoprs]-(?<body>\d{5,14}-(?:\d{5,14}-){0,2}[a-zA-Z0-9]{10,64}|(?:\d-)?[a-zA-Z0-9/+%]{40,200})(?![a-zA-Z0-9-])/y,
      validators: ['token'],
      docs: SLACK,
      positives: [
        `xoxb-${draw('digits', 12, 1)}-${draw('digits', 13, 2)}-${draw('base62', 24, 1)}`,
        `xoxp-${draw('digits', 11, 3)}-${draw('digits', 11, 4)}-${draw('digits', 12, 5)}-${draw('hex', 32, 2)}`,
      ],
      negatives: ['xoxb-my-bot-token', 'xoxp-1234567890', `xoxb-${'x'.repeat(12)}-${'x'.repeat(24)}`],
    }),
    special({
      id: 'slack-app-token',
      anchors: ['xapp-'],
      matcher: /xapp-\d-(?<body>[A-Z0-9]{8,14}-\d{8,16}-[a-z0-9]{32,80})/y,
      validators: ['token'],
      docs: SLACK,
      positives: [1, 2].map(
        (seed) => `xapp-1-A${draw('upper36', 10, seed)}-${draw('digits', 13, seed)}-${draw('hex', 64, seed)}`,
      ),
      negatives: ['xapp-1-A0-b', `xapp-1-${draw('hex', 64, 1)}`],
    }),
    special({
      id: 'slack-config-token',
      anchors: ['xoxe.xoxp-', 'xoxe.xoxb-', 'xoxe-1-'],
      matcher: /xoxe(?:\.xox[bp]-\d-|-\d-)(?<body>[A-Za-z0-9]{140,180})/y,
      validators: ['token'],
      docs: 'https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests',
      positives: [`xoxe.xoxp-1-${draw('base62', 163, 1)}`, `xoxe-1-${draw('base62', 146, 2)}`],
      negatives: ['xoxe.xoxp-1-initial', 'xoxe-1-xxx'],
    }),
    special({
      id: 'slack-webhook',
      anchors: [HOOKS],
      matcher:
        /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Z0-9]{5,14}\/[A-Z0-9]{5,14}\/(?:\d{8,22}\/)?(?<body>[A-Za-z0-9]{16,48})/y,
      validators: ['token'],
      docs: 'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks',
      positives: [
        `https://${HOOKS}/services/T${draw('upper36', 8, 1)}/B${draw('upper36', 8, 2)}/${draw('base62', 24, 1)}`,
        `https://${HOOKS}/workflows/T${draw('upper36', 10, 3)}/A${draw('upper36', 10, 4)}/${draw('digits', 18, 1)}/${draw('base62', 24, 2)}`,
      ],
      negatives: [
        `https://${HOOKS}/services/T00000000/B00000000/${'X'.repeat(24)}`,
        `https://${HOOKS}/services/`,
      ],
    }),
    special({
      id: 'discord-bot-token',
      anchors: ['discord', 'bot_token', 'bottoken', '.login(', 'bot.run(', 'client.run('],
      window: { before: 96, after: 160 },
      matcher:
        /(?:^|[^A-Za-z0-9._-])(?<value>[MNO][A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40})(?![A-Za-z0-9_.-])/g,
      validators: ['random'],
      docs: 'https://docs.discord.com/developers/reference#authentication',
      positives: [1, 2].map((seed) => `DISCORD_TOKEN=${botToken(seed)}`),
      negatives: ['discord token: MTAw.abc.def', `discord ${draw('base62', 24, 1)}`],
    }),
    special({
      id: 'discord-webhook',
      anchors: ['/api/webhooks/'],
      matcher: /\/api\/webhooks\/(?<body>\d{17,20}\/[A-Za-z0-9_-]{60,80})/y,
      left: 'free',
      validators: ['token'],
      docs: 'https://docs.discord.com/developers/resources/webhook',
      positives: [1, 2].map(
        (seed) => `https://${DISCORD}${draw('digits', 18, seed)}/${draw('base64url', 68, seed)}`,
      ),
      negatives: [`https://${DISCORD}`, `https://${DISCORD}123/abc`],
    }),
    special({
      id: 'telegram-bot-token',
      anchors: [':AA'],
      window: { before: 16, after: 40 },
      matcher: /(?:^|[^0-9A-Za-z])(?:bot)?(?<value>\d{8,10}:AA[A-Za-z0-9_-]{32,33})(?![A-Za-z0-9_-])/g,
      validators: ['random'],
      docs: 'https://core.telegram.org/bots/features#botfather',
      positives: [1, 2].map((seed) => `TOKEN="5${draw('digits', 9, seed)}:AA${draw('base64url', 33, seed)}"`),
      negatives: ['12:AAB', `5123456789:AA${'x'.repeat(33)}`],
    }),
    special({
      id: 'teams-webhook',
      anchors: ['/incomingwebhook/'],
      window: { before: 160, after: 90 },
      matcher:
        /webhook(?:b2)?\/[a-f0-9-]{36}@[a-f0-9-]{36}\/IncomingWebhook\/(?<value>[a-f0-9]{32}\/[a-f0-9-]{36})/gi,
      validators: ['random'],
      docs: 'https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook',
      positives: [1, 2].map(
        (seed) =>
          `https://acme.webhook.office.com/webhookb2/${uuid(seed)}@${uuid(seed + 5)}/IncomingWebhook/${draw('hex', 32, seed)}/${uuid(seed + 9)}`,
      ),
      negatives: ['/IncomingWebhook/', 'https://acme.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d'],
    }),
    special({
      id: 'sendgrid-api-key',
      anchors: ['SG.'],
      probe: { at: 25, char: '.' },
      matcher: /SG\.(?<body>[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})/y,
      validators: ['token'],
      docs: 'https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys',
      positives: [1, 2].map((seed) => `SG.${draw('base64url', 22, seed)}.${draw('base64url', 43, seed)}`),
      negatives: ['SG.example.com', `MSG.${draw('base64url', 22, 1)}.${draw('base64url', 43, 1)}`],
    }),
    token({
      id: 'mailgun-key',
      prefixes: ['key-'],
      alphabet: 'lower36',
      length: 32,
      exact: true,
      random: true,
      apart: true,
      docs: 'https://documentation.mailgun.com/docs/mailgun/api-reference/authentication/',
    }),
    special({
      id: 'mailchimp-api-key',
      anchors: ['-us1', '-us2', '-us3', '-us4', '-us5', '-us6', '-us7', '-us8', '-us9'],
      window: { before: 33, after: 2 },
      matcher: /\b[a-f0-9]{32}-us\d{1,2}\b/g,
      validators: ['random'],
      docs: 'https://mailchimp.com/help/about-api-keys/',
      positives: [1, 2].map((seed) => `apikey=${draw('hex', 32, seed)}-us1${seed}`),
      negatives: ['server us-us1', `${'0'.repeat(32)}-us12`],
    }),
    token({
      id: 'brevo-api-key',
      prefixes: ['xkeysib-', 'xsmtpsib-'],
      alphabet: 'base64url',
      length: [64, 90],
      docs: 'https://developers.brevo.com/docs/getting-started',
    }),
    special({
      id: 'resend-api-key',
      anchors: ['re_'],
      probe: { at: 11, char: '_' },
      matcher: /re_(?<body>[A-Za-z0-9]{8}_[A-Za-z0-9]{24})(?![A-Za-z0-9_])/y,
      validators: ['random'],
      docs: 'https://resend.com/docs/api-reference/introduction',
      positives: [1, 2].map((seed) => `re_${draw('base62', 8, seed)}_${draw('base62', 24, seed)}`),
      negatives: ['re_compile_pattern', `re_${'x'.repeat(8)}_${'x'.repeat(24)}`],
    }),
    special({
      id: 'postmark-token',
      anchors: ['postmark'],
      matcher:
        /postmark[\w.-]{0,32}["']?[ \t]{0,4}[=:,][ \t]{0,4}["']?(?<value>[a-f0-9]{8}-(?:[a-f0-9]{4}-){3}[a-f0-9]{12})/iy,
      left: 'free',
      validators: ['random'],
      docs: 'https://postmarkapp.com/developer/api/overview',
      positives: [1, 2].map((seed) => `X-Postmark-Server-Token: ${uuid(seed)}`),
      negatives: ['X-Postmark-Server-Token: server token', `postmark ${uuid(1)}`],
    }),
    named({
      id: 'twilio-auth-token',
      names: ['twilio'],
      value: '(?:SK)?[a-f0-9]{32}',
      specimen: (seed) => draw('hex', 32, seed),
      docs: 'https://www.twilio.com/docs/iam/access-tokens',
    }),
    special({
      id: 'facebook-access-token',
      anchors: ['EAAM', 'EAAC', 'EAAB', 'EAAG', 'EAAD'],
      matcher: /EAA[MCBGD](?<body>[A-Za-z0-9]{90,400})/y,
      validators: ['random'],
      docs: 'https://developers.facebook.com/docs/facebook-login/guides/access-tokens/',
      positives: [1, 2].map((seed) => `EAAM${draw('base62', 150, seed)}`),
      negatives: [`EAAC${draw('base62', 30, 1)}`, `EAAC${'x'.repeat(120)}`],
    }),
    special({
      id: 'facebook-app-token',
      anchors: ['facebook', 'fb_app'],
      matcher:
        /(?:facebook|fb_app)[\w. -]{0,40}["':= ]{1,8}(?<value>\d{15,17}\|[A-Za-z0-9_-]{27})(?![A-Za-z0-9_-])/iy,
      left: 'free',
      validators: ['random'],
      docs: 'https://developers.facebook.com/docs/facebook-login/guides/access-tokens/',
      positives: [1, 2].map(
        (seed) => `{"facebook access_token":"9${draw('digits', 14, seed)}|${draw('base64url', 27, seed)}"}`,
      ),
      negatives: ['facebook 123|abc', `${draw('digits', 15, 1)}|${draw('base64url', 27, 1)}`],
    }),
    special({
      id: 'twitter-bearer-token',
      anchors: ['A'.repeat(20)],
      matcher: /A{20,30}(?<body>[A-Za-z0-9%]{60,140})(?![A-Za-z0-9%/+=])/y,
      validators: ['random'],
      docs: 'https://docs.x.com/resources/fundamentals/authentication/oauth-2-0/application-only',
      positives: [1, 2].map(
        (seed) => `${'A'.repeat(21)}${draw('base62', 30, seed)}%2B${draw('base62', 52, seed)}`,
      ),
      negatives: ['A'.repeat(120), `${'A'.repeat(22)}${draw('base62', 30, 1)}`],
    }),
  ],
};
