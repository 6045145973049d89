import type { DetectorGroup } from '../detector.ts';
import { draw } from './cases.ts';
import { special, token } from './token.ts';

const STRIPE = 'https://docs.stripe.com/keys';

export const payments: DetectorGroup = {
  id: 'payments',
  title: 'Payments and commerce',
  detectors: [
    token({
      id: 'stripe-live-key',
      prefixes: ['sk_live_', 'rk_live_', 'sk_prod_', 'rk_prod_'],
      alphabet: 'base62',
      length: [24, 250],
      docs: STRIPE,
    }),
    {
      ...token({
        id: 'stripe-test-key',
        prefixes: ['sk_test_', 'rk_test_'],
        alphabet: 'base62',
        length: [24, 250],
        docs: STRIPE,
      }),
      grade: 'C',
      dataClass: 'credential-suspect',
    },
    token({
      id: 'stripe-webhook-secret',
      prefixes: ['whsec_'],
      alphabet: 'base64',
      length: [32, 72],
      docs: 'https://docs.stripe.com/webhooks',
    }),
    token({
      id: 'square-token',
      prefixes: ['sq0atp-', 'sq0csp-'],
      alphabet: 'base64url',
      length: [22, 60],
      docs: 'https://developer.squareup.com/docs/build-basics/access-tokens',
    }),
    token({
      id: 'square-access-token',
      prefixes: ['EAAA'],
      alphabet: 'base64url',
      length: 60,
      exact: true,
      random: true,
      docs: 'https://developer.squareup.com/docs/build-basics/access-tokens',
    }),
    special({
      id: 'braintree-access-token',
      anchors: ['access_token$'],
      matcher: /access_token\$(?:production|sandbox)\$(?<body>[a-z0-9]{16}\$[a-f0-9]{32})/y,
      validators: ['token'],
      docs: 'https://developer.paypal.com/braintree/docs/guides/extend/oauth/access-tokens',
      positives: [1, 2].map(
        (seed) => `access_token$production$${draw('lower36', 16, seed)}$${draw('hex', 32, seed)}`,
      ),
      negatives: [
        'access_token$production$',
        `access_token$staging$${draw('lower36', 16, 1)}$${draw('hex', 32, 1)}`,
      ],
    }),
    token({
      id: 'shopify-token',
      prefixes: ['shpat_', 'shpca_', 'shppa_', 'shpss_', 'shpua_'],
      alphabet: 'base62',
      length: [32, 42],
      docs: 'https://shopify.dev/docs/apps/build/authentication-authorization',
    }),
    token({
      id: 'flutterwave-key',
      prefixes: ['FLWSECK-', 'FLWSECK_TEST-'],
      alphabet: 'base62',
      length: [12, 48],
      docs: 'https://developer.flutterwave.com/docs/authentication',
    }),
    token({
      id: 'easypost-key',
      prefixes: ['EZAK', 'EZTK'],
      alphabet: 'base62',
      length: 54,
      random: true,
      exact: true,
      docs: 'https://docs.easypost.com/docs/authentication',
    }),
    token({
      id: 'shippo-token',
      prefixes: ['shippo_live_'],
      alphabet: 'hex',
      length: 40,
      docs: 'https://docs.goshippo.com/docs/guides_general/authentication/',
    }),
    token({
      id: 'duffel-token',
      prefixes: ['duffel_live_', 'duffel_test_'],
      alphabet: 'base64url',
      length: 43,
      docs: 'https://duffel.com/docs/api/overview/authentication',
    }),
    token({
      id: 'gocardless-token',
      prefixes: ['live_'],
      alphabet: 'base64url',
      length: [40, 44],
      exact: true,
      random: true,
      apart: true,
      docs: 'https://developer.gocardless.com/api-reference/',
    }),
    special({
      id: 'plaid-access-token',
      anchors: ['access-production-', 'access-sandbox-', 'access-development-'],
      matcher:
        /access-(?:production|sandbox|development)-(?<body>[a-f0-9]{8}-(?:[a-f0-9]{4}-){3}[a-f0-9]{12})/y,
      validators: ['token'],
      docs: 'https://plaid.com/docs/api/items/',
      positives: [1, 2].map(
        (seed) =>
          `access-production-${draw('hex', 8, seed)}-${draw('hex', 4, seed)}-4${draw('hex', 3, seed)}-8${draw('hex', 3, seed + 1)}-${draw('hex', 12, seed)}`,
      ),
      negatives: ['access-production-log', `access-production-${draw('hex', 8, 1)}`],
    }),
  ],
};
