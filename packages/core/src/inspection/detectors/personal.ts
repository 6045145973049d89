import type { Detector, DetectorGroup } from '../detector.ts';
import { isCard } from '../validators/card.ts';
import { isIban } from '../validators/iban.ts';
import { type Country, nationalIds } from '../validators/national-id.ts';
import { draw } from './cases.ts';

const personal = (detector: Omit<Detector, 'grade' | 'dataClass' | 'digest'>): Detector => ({
  grade: null,
  dataClass: 'personal-mention',
  digest: false,
  ...detector,
});

/** The first number drawn from seeds `from`, `from + 1`, … that `check` accepts: a specimen with a right checksum. */
function search(from: number, make: (seed: number) => string, check: (text: string) => boolean): string {
  for (let seed = from; seed < from + 20_000; seed += 1) {
    const text = make(seed);
    if (check(text)) return text;
  }
  throw new RangeError('no specimen with a right checksum was drawn');
}

const card = (seed: number): string => search(seed * 100, (n) => `4${draw('digits', 15, n)}`, isCard);
const failing = (seed: number): string =>
  search(
    seed * 100,
    (n) => `4${draw('digits', 15, n)}`,
    (digits) => !isCard(digits),
  );
const iban = (country: string, length: number, seed: number): string =>
  search(seed * 1000, (n) => `${country}${draw('digits', length - 2, n)}`, isIban);

interface NationalId {
  readonly country: Country;
  readonly name: string;
  readonly words: readonly string[];
  /** Expression of the number as people write it. */
  readonly number: string;
  /** Draws a number of that shape; the checksum is searched for. */
  readonly make: (seed: number) => string;
  /** A number that the check refuses, where drawing one would take too long. */
  readonly wrong?: string;
  readonly docs: string;
}

const digits =
  (length: number) =>
  (seed: number): string =>
    draw('digits', length, seed);
const birth = (seed: number): string =>
  `8${draw('digits', 1, seed)}01${draw('digits', 1, seed).replace(/[^12]/, '1')}5`;

/** A number counts only beside a word that says what it is; the checksum alone is too weak against chance. */
const NATIONAL_IDS: readonly NationalId[] = [
  {
    country: 'us',
    name: 'ssn',
    words: ['ssn', 'social security', 'social_security', 'socialsecurity'],
    number: '\\d{3}-\\d{2}-\\d{4}|\\d{9}',
    make: (seed) => `3${draw('digits', 2, seed)}-4${draw('digits', 1, seed)}-7${draw('digits', 3, seed)}`,
    wrong: '666-12-3456',
    docs: 'https://www.ssa.gov/employer/randomization.html',
  },
  {
    country: 'gb',
    name: 'nhs-number',
    words: ['nhs number', 'nhs_number', 'nhsnumber', 'nhs no'],
    number: '\\d{3}[ -]?\\d{3}[ -]?\\d{4}',
    make: digits(10),
    docs: 'https://www.datadictionary.nhs.uk/attributes/nhs_number.html',
  },
  {
    country: 'de',
    name: 'tax-id',
    words: ['steuer', 'tax_id', 'tax id', 'taxid', 'idnr'],
    number: '[1-9]\\d ?\\d{3} ?\\d{3} ?\\d{3}',
    make: (seed) => `4${draw('digits', 10, seed)}`,
    docs: 'https://www.bzst.de/EN/Private_individuals/Tax_identification_number/tax_identification_number_node.html',
  },
  {
    country: 'fr',
    name: 'nir',
    words: [
      's\u00e9curit\u00e9 sociale',
      'securite sociale',
      'securite_sociale',
      'num_secu',
      'insee',
      'nir:',
      'nir=',
    ],
    number: '[12] ?\\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\\d{2}|2[AB]) ?\\d{3} ?\\d{3} ?\\d{2}',
    make: (seed) => `1850375${draw('digits', 8, seed)}`,
    docs: 'https://www.service-public.fr/particuliers/vosdroits/F33078',
  },
  {
    country: 'es',
    name: 'dni',
    words: ['dni', 'nie:', 'nie=', 'nif', 'identidad'],
    number: '[XYZ]?\\d{7,8}-?[A-Z]',
    make: (seed) => `${draw('digits', 8, seed)}${draw('base32', 1, seed).replace(/\d/, 'T')}`,
    docs: 'https://www.interior.gob.es/opencms/es/servicios-al-ciudadano/tramites-y-gestiones/dni/',
  },
  {
    country: 'it',
    name: 'codice-fiscale',
    words: ['codice fiscale', 'codice_fiscale', 'codicefiscale', 'fiscal_code', 'fiscal code'],
    number: '[A-Z]{6}\\d{2}[A-EHLMPRST]\\d{2}[A-Z]\\d{3}[A-Z]',
    make: (seed) =>
      `RSSMRA8${draw('digits', 1, seed)}A01H5${draw('digits', 2, seed)}${draw('base32', 1, seed).replace(/\d/, 'S')}`,
    docs: 'https://www.agenziaentrate.gov.it/portale/web/english/nse/individuals/tax-identification-number-for-foreign-citizens',
  },
  {
    country: 'nl',
    name: 'bsn',
    words: ['bsn', 'burgerservicenummer', 'sofinummer'],
    number: '\\d{4}[. ]?\\d{2}[. ]?\\d{3}',
    make: digits(9),
    docs: 'https://www.rijksoverheid.nl/onderwerpen/privacy-en-persoonsgegevens/burgerservicenummer-bsn',
  },
  {
    country: 'be',
    name: 'national-number',
    words: [
      'rijksregister',
      'registre national',
      'national number',
      'national_number',
      'nationaal nummer',
      'niss',
      'insz',
    ],
    number: '\\d{2}[.]?\\d{2}[.]?\\d{2}[-]?\\d{3}[.]?\\d{2}',
    make: (seed) => `850315${draw('digits', 5, seed)}`,
    docs: 'https://www.ibz.rrn.fgov.be/en/national-register/',
  },
  {
    country: 'pl',
    name: 'pesel',
    words: ['pesel'],
    number: '\\d{11}',
    make: digits(11),
    docs: 'https://www.gov.pl/web/gov/czym-jest-numer-pesel',
  },
  {
    country: 'se',
    name: 'personnummer',
    words: ['personnummer', 'personal identity number', 'person_nr', 'personnr'],
    number: '(?:\\d{2})?\\d{6}[-+]?\\d{4}',
    make: (seed) => `${birth(seed)}-${draw('digits', 4, seed)}`,
    docs: 'https://www.skatteverket.se/servicelankar/otherlanguages/englishengelska/individualsandemployees/livinginsweden/personalidentitynumberandcoordinationnumber.html',
  },
  {
    country: 'fi',
    name: 'hetu',
    words: ['hetu', 'henkil\u00f6tunnus', 'henkilotunnus'],
    number: '\\d{6}[-+A-FU-Y]\\d{3}[0-9A-Y]',
    make: (seed) => `010185-${draw('digits', 3, seed)}${draw('base32', 1, seed)}`,
    docs: 'https://dvv.fi/en/personal-identity-code',
  },
  {
    country: 'no',
    name: 'fodselsnummer',
    words: ['f\u00f8dselsnummer', 'fodselsnummer', 'fnr', 'personnummer'],
    number: '\\d{6} ?\\d{5}',
    make: digits(11),
    docs: 'https://www.skatteetaten.no/en/person/national-registry/birth-and-name-selection/children-born-in-norway/national-id-number/',
  },
  {
    country: 'pt',
    name: 'nif',
    words: ['nif', 'contribuinte'],
    number: '[1235689]\\d{8}',
    make: (seed) => `2${draw('digits', 8, seed)}`,
    docs: 'https://info.portaldasfinancas.gov.pt/',
  },
  {
    country: 'br',
    name: 'cpf',
    words: ['cpf'],
    number: '\\d{3}[.]?\\d{3}[.]?\\d{3}-?\\d{2}',
    make: digits(11),
    docs: 'https://www.gov.br/receitafederal/pt-br/assuntos/meu-cpf',
  },
  {
    country: 'in',
    name: 'aadhaar',
    words: ['aadhaar', 'aadhar', 'uidai'],
    number: '[2-9]\\d{3} ?\\d{4} ?\\d{4}',
    make: (seed) => `7${draw('digits', 11, seed)}`,
    docs: 'https://uidai.gov.in/en/my-aadhaar/about-your-aadhaar.html',
  },
  {
    country: 'cn',
    name: 'resident-id',
    words: ['\u8eab\u4efd\u8bc1', 'id_card', 'idcard', 'resident id'],
    number: '[1-9]\\d{5}(?:19|20)\\d{2}(?:0[1-9]|1[0-2])\\d{2}\\d{3}[0-9Xx]',
    make: (seed) => `11010519${draw('digits', 2, seed)}0315${draw('digits', 4, seed)}`,
    docs: 'https://openstd.samr.gov.cn/bzgk/gb/',
  },
  {
    country: 'ca',
    name: 'sin',
    words: ['social insurance', 'social_insurance', 'sin number', 'sin_number', 'sin no'],
    number: '[1-9]\\d{2}[ -]?\\d{3}[ -]?\\d{3}',
    make: (seed) => `5${draw('digits', 8, seed)}`,
    docs: 'https://www.canada.ca/en/employment-social-development/services/sin.html',
  },
  {
    country: 'au',
    name: 'tfn',
    words: ['tax file number', 'tax_file_number', 'tfn'],
    number: '\\d{3} ?\\d{3} ?\\d{3}',
    make: digits(9),
    docs: 'https://www.ato.gov.au/individuals-and-families/tax-file-number',
  },
  {
    country: 'ch',
    name: 'ahv',
    words: ['ahv', 'avs', 'sozialversicherungsnummer'],
    number: '756[.]?\\d{4}[.]?\\d{4}[.]?\\d{2}',
    make: (seed) => `756${draw('digits', 10, seed)}`,
    docs: 'https://www.zas.admin.ch/zas/en/home/partenaires-et-institutions-/navs13.html',
  },
  {
    country: 'tr',
    name: 'kimlik',
    words: ['kimlik', 'tckn', 'tc no'],
    number: '[1-9]\\d{10}',
    make: (seed) => `3${draw('digits', 10, seed)}`,
    docs: 'https://www.nvi.gov.tr/',
  },
];

function nationalId(shape: NationalId): Detector {
  const word = shape.words[0] as string;
  const check = nationalIds[shape.country];
  const specimen = (seed: number): string => search(seed * 500, shape.make, check);
  const wrong = shape.wrong ?? search(7, shape.make, (text) => !check(text));
  return personal({
    id: `national-id-${shape.country}-${shape.name}`,
    anchors: shape.words,
    window: { before: 24, after: 96 },
    matcher: new RegExp(`(?:^|[^\\w.-])(?<value>${shape.number})(?![\\w-]|\\.\\d)`, 'g'),
    validators: [`national-id-${shape.country}`],
    docs: shape.docs,
    positives: [`${word} ${specimen(1)}`, `"${word}": "${specimen(2)}"`],
    negatives: [`${word} ${wrong}`, `order ${specimen(3)}`],
  });
}

const FIELDS =
  'first_?name|given_?name|last_?name|sur_?name|family_?name|full_?name|date_?of_?birth|birth_?date|passport(?:_?(?:no|number))?|street(?:_?address)?|diagnosis|blood_?type|salary';

export const personalData: DetectorGroup = {
  id: 'personal-data',
  title: 'Personal data',
  detectors: [
    personal({
      id: 'payment-card',
      anchors: [],
      sweep: 'cards',
      docs: 'https://www.iso.org/standard/70484.html',
      positives: [card(1), `"pan": "${card(2).replace(/(.{4})(?=.)/g, '$1 ')}"`, `${card(3)},${card(4)}`],
      negatives: [failing(1), `x${card(5)}`, `0.${card(6)}`],
    }),
    personal({
      id: 'iban',
      anchors: [],
      sweep: 'ibans',
      docs: 'https://www.swift.com/standards/data-standards/iban-international-bank-account-number',
      positives: [iban('DE', 22, 1), iban('BE', 16, 2).replace(/(.{4})(?=.)/g, '$1 ')],
      negatives: [`${iban('DE', 22, 3)}7`, `DE00${draw('digits', 18, 4)}`],
    }),
    personal({
      id: 'email-address',
      anchors: [],
      sweep: 'emails',
      docs: 'https://www.rfc-editor.org/rfc/rfc5321',
      positives: ['to: jane.roe@northwind-traders.com', '"email":"k.ito@kyoto-u.jp"'],
      negatives: [
        'icon@2x.png',
        'user@example.com',
        "import x from '@scope/pkg'",
        'git@github.com:a/b.git',
        'name@1.2.3',
      ],
    }),
    personal({
      id: 'phone-number',
      anchors: ['phone', 'mobile', 'tel:', 'tel.', 'telefon', 'handy', 'whatsapp'],
      window: { before: 8, after: 48 },
      matcher:
        /(?:^|[^\w+])(?<value>\+\d{1,3}[ .-]?(?:\(0?\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){1,5})(?![\w-])/g,
      validators: ['phone'],
      docs: 'https://www.itu.int/rec/T-REC-E.164',
      positives: ['phone: +49 30 901820', 'tel:+33-1-42-76-40-40'],
      negatives: ['phone: +1 202 555 0123', 'version +49 30 901820', 'phone +123'],
    }),
    personal({
      id: 'personal-field',
      anchors: [
        'first_name',
        'firstname',
        'given_name',
        'givenname',
        'last_name',
        'lastname',
        'surname',
        'family_name',
        'familyname',
        'full_name',
        'fullname',
        'date_of_birth',
        'dateofbirth',
        'birthdate',
        'birth_date',
        'passport',
        'street',
        'diagnosis',
        'blood_type',
        'salary',
      ],
      matcher: new RegExp(
        `(?:${FIELDS})\\\\?["'\`]?[ \\t]{0,2}:[ \\t]{0,2}\\\\?["'\`](?<value>[^"'\`\\r\\n\\\\<>{}$]{2,60})\\\\?["'\`]`,
        'iy',
      ),
      left: 'free',
      weight: 1 / 3,
      validators: ['personal-field'],
      docs: 'docs/reference/detectors.md',
      positives: ['"first_name": "Marguerite"', "{lastName: 'Okonkwo-Reyes'}"],
      negatives: ['"first_name": "string"', "firstName: 'First name'", 'firstName: string'],
    }),
    personal({
      id: 'personal-table',
      anchors: [
        'first_name',
        'first name',
        'firstname',
        'last_name',
        'last name',
        'lastname',
        'surname',
        'full_name',
        'full name',
        'date_of_birth',
        'birthdate',
        'birth_date',
        'dob',
        'ssn',
        'passport',
        'diagnosis',
        'card_number',
        'customer_name',
        'customer name',
        'patient',
        'iban',
        'email',
        'e-mail',
      ],
      scanner: 'personal-table',
      docs: 'docs/reference/detectors.md',
      positives: [
        `id,first_name,last_name,email\n${[1, 2, 3, 4, 5].map((n) => `${n},Ana,Lu${n},a@b.fi`).join('\n')}\n`,
        `| name | dob | ssn |\n|---|---|---|\n${[1, 2, 3, 4, 5].map((n) => `| A | 198${n}-01-02 | 4${n} |`).join('\n')}\n`,
      ],
      negatives: [
        'first_name,last_name,email\n',
        'id,total,currency\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n',
        'SELECT first_name, last_name, email FROM users\n',
      ],
    }),
    ...NATIONAL_IDS.map(nationalId),
  ],
};
