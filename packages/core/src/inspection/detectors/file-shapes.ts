import type { Detector, DetectorGroup } from '../detector.ts';
import { base64Of, draw, variable } from './cases.ts';

const shape = (detector: Omit<Detector, 'grade' | 'dataClass'>): Detector => ({
  grade: 'B',
  dataClass: 'secret',
  ...detector,
});
const word = (seed: number): string => `${draw('base62', 9, seed)}!${draw('digits', 2, seed)}`;

export const fileShapes: DetectorGroup = {
  id: 'file-shapes',
  title: 'Credentials in known file shapes',
  detectors: [
    shape({
      id: 'env-file',
      anchors: [
        'password',
        'passwd',
        'passphrase',
        'secret',
        'token',
        'api_key',
        'apikey',
        'private_key',
        'access_key',
        'credential',
        'auth_key',
        'encryption_key',
        'signing_key',
        '_salt',
        '_key=',
        '_pass=',
        '_pwd=',
      ],
      scanner: 'env-line',
      left: 'free',
      docs: 'https://hexdocs.pm/dotenvy/dotenv-file-format.html',
      positives: [
        `DB_HOST=db.acme.dev\nDB_PASSWORD=${word(1)}\nLOG_LEVEL=info`,
        `     1\u2192APP_ENV=prod\n     2\u2192APP_SECRET="${word(2)}"\n`,
        `export SESSION_SECRET=${draw('base62', 32, 3)}`,
      ],
      negatives: [
        'DB_HOST=localhost\nDB_PASSWORD=postgres\n',
        `DB_HOST=x\nDB_PASSWORD=${variable('DB_PASSWORD')}\n`,
        'API_TOKEN=\nAPI_SECRET=your-secret-here\n',
      ],
    }),
    shape({
      id: 'kubernetes-secret',
      anchors: ['kind: secret', '"kind": "secret"', '"kind":"secret"'],
      scanner: 'kubernetes-secret',
      left: 'free',
      docs: 'https://kubernetes.io/docs/concepts/configuration/secret/',
      positives: [
        `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: ${base64Of(word(1))}\n`,
        `apiVersion: v1\nstringData:\n  token: ${draw('base62', 24, 2)}\nkind: Secret\n`,
        `{"kind":"Secret","data":{"password":"${base64Of(word(3))}"}}`,
      ],
      negatives: [
        'kind: Secret\nmetadata:\n  name: db\ndata: {}\n',
        `kind: SecretProviderClass\nstringData:\n  a: ${variable('TOKEN')}\n`,
      ],
    }),
    shape({
      id: 'url-credentials',
      anchors: ['://'],
      matcher:
        /:\/\/(?<user>[^\s:@/"'`<>()]{0,100}):(?<value>[^\s@/"'`<>()]{3,128}(?:@(?=[^\s@/"'`<>]{1,80}@)[^\s@/"'`<>()]{1,40})?)@(?=[A-Za-z0-9[_-])/y,
      left: 'free',
      validators: ['user-and-password'],
      docs: 'https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1',
      positives: [
        `https://deploy:${word(1)}@git.acme.dev/x`,
        `postgres://app:${word(2)}@db.acme.dev:5432/app`,
      ],
      negatives: [
        'https://user:password@example.com',
        `https://${variable('USER')}:${variable('PASS')}@host`,
        'http://localhost:8080/@scope',
        'redis://:@localhost',
      ],
    }),
    shape({
      id: 'jdbc-password',
      anchors: ['jdbc:'],
      matcher: /jdbc:[^\s"'`<>]{8,300}?[?&;:]password=(?<value>[^\s"'`<>&;]{4,120})/iy,
      validators: ['stored-secret'],
      docs: 'https://jdbc.postgresql.org/documentation/use/',
      positives: [
        `jdbc:postgresql://db.acme.dev/app?user=app&password=${word(1)}`,
        `jdbc:sqlserver://db:1433;user=sa;password=${word(2)};`,
      ],
      negatives: [
        'jdbc:mysql://localhost/app?user=root&password=root',
        `jdbc:postgresql://db/app?password=${variable('PW')}`,
      ],
    }),
    shape({
      id: 'connection-string',
      anchors: ['password=', 'pwd='],
      window: { before: 240, after: 120 },
      matcher:
        /(?:server|data source|host|addr(?:ess)?|initial catalog|uid|user id|username)[ \t]{0,2}=[^;\n]{1,120};(?:[^;\n=]{1,30}=[^;\n]{0,120};){0,6}[ \t]{0,2}(?:password|pwd)[ \t]{0,2}=[ \t]{0,2}(?<value>[^;"'\s]{4,120})/gi,
      validators: ['stored-secret'],
      docs: 'https://learn.microsoft.com/en-us/dotnet/framework/data/adonet/connection-strings',
      positives: [
        `Server=db.acme.dev;Database=app;User Id=app;Password=${word(1)};`,
        `Data Source=db;UID=sa;PWD=${word(2)}`,
      ],
      negatives: ['Server=.;User Id=sa;Password=password;', 'Server=db;Password={0};'],
    }),
    shape({
      id: 'pgpass',
      anchors: [':5432:', ':*:*:', ':6432:', ':5433:'],
      window: { before: 100, after: 200 },
      matcher:
        /(?:^|\n|\\n)[A-Za-z0-9.*_-]{1,80}:(?:\d{4,5}|\*):[A-Za-z0-9_*-]{1,63}:[A-Za-z0-9_*.-]{1,63}:(?<value>[^\s:"'\\]{4,120})(?=\s|\\n|$)/g,
      validators: ['stored-secret'],
      docs: 'https://www.postgresql.org/docs/current/libpq-pgpass.html',
      positives: [`db.acme.dev:5432:app:app:${word(1)}\n`, `*:5432:*:postgres:${word(2)}`],
      negatives: ['localhost:5432:app:app:postgres\n', '0.0.0.0:5432:5432'],
    }),
    shape({
      id: 'netrc',
      anchors: ['machine '],
      matcher:
        /machine[ \t]{1,4}[\w.-]{1,120}\s{1,8}login[ \t]{1,4}(?<user>\S{1,120})\s{1,8}password[ \t]{1,4}(?<value>\S{4,200})/y,
      validators: ['user-and-password', 'alphanumeric'],
      docs: 'https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html',
      positives: [
        `machine api.acme.dev login jane password ${word(1)}`,
        `machine git.acme.dev\n  login bot\n  password ${word(2)}\n`,
      ],
      negatives: [
        'machine learning login page password reset',
        'machine host login user password <password>',
      ],
    }),
    shape({
      id: 'wordpress-config',
      anchors: [
        'db_password',
        'auth_key',
        'auth_salt',
        'logged_in_key',
        'logged_in_salt',
        'nonce_key',
        'nonce_salt',
      ],
      matcher:
        /(?:DB_PASSWORD|(?:SECURE_)?AUTH_(?:KEY|SALT)|LOGGED_IN_(?:KEY|SALT)|NONCE_(?:KEY|SALT))['"][ \t]{0,4},[ \t]{0,8}(?<q>['"])(?<value>(?:(?!\k<q>)[^\r\n]){6,120})\k<q>/y,
      left: 'free',
      validators: ['stored-secret'],
      docs: 'https://developer.wordpress.org/advanced-administration/wordpress/wp-config/',
      positives: [
        `define('DB_PASSWORD', '${word(1)}');`,
        `define( 'AUTH_KEY', '${draw('base62', 60, 2)}' );`,
      ],
      negatives: [
        "define('DB_PASSWORD', 'password_here');",
        "define('AUTH_KEY', 'put your unique phrase here' );",
      ],
    }),
    shape({
      id: 'maven-settings',
      anchors: ['<password>', '<passphrase>'],
      matcher: /<(?:password|passphrase)>(?<value>[^<>\s]{4,200})<\//iy,
      left: 'free',
      validators: ['stored-secret'],
      docs: 'https://maven.apache.org/settings.html#servers',
      positives: [1, 2].map((seed) => `<server><id>acme</id><password>${word(seed)}</password></server>`),
      negatives: [`<password>${variable('env.PASSWORD')}</password>`, '<password>changeit</password>'],
    }),
    shape({
      id: 'curl-user',
      anchors: [' -u ', '--user ', '--user='],
      matcher: /(?: -u|--user)[ =]{1,4}["']?(?<user>[^\s:"'$]{0,80})["']?:["']?(?<value>[^\s"']{4,120})/y,
      left: 'free',
      validators: ['after-curl', 'user-and-password'],
      docs: 'https://curl.se/docs/manpage.html#-u',
      positives: [
        `curl -u jane:${word(1)} https://api.acme.dev`,
        `curl -s --user 'api:${word(2)}' https://api.acme.dev`,
      ],
      negatives: [
        'curl -u "$USER:$PASS" https://x',
        'curl -u user:pass https://x',
        `sudo -u jane:${word(3)} ls`,
      ],
    }),
    shape({
      id: 'ansible-password',
      anchors: ['ansible_become_pass', 'ansible_ssh_pass', 'ansible_password', 'ansible_sudo_pass'],
      matcher:
        /ansible_(?:become_pass(?:word)?|ssh_pass(?:word)?|password|sudo_pass)[ \t]{0,2}[=:][ \t]{0,2}["']?(?<value>[^\s"']{6,120})/iy,
      validators: ['stored-secret'],
      docs: 'https://docs.ansible.com/ansible/latest/inventory_guide/connection_details.html',
      positives: [1, 2].map((seed) => `host ansible_become_pass=${draw('base62', 12, seed)}`),
      negatives: ['ansible_become_pass="{{ vault_pass }}"', 'ansible_password=changeme'],
    }),
    shape({
      id: 'http-basic-credentials',
      anchors: ['basic '],
      matcher: /Basic[ \t]{1,4}(?<value>[A-Za-z0-9+/_-]{8,600}={0,2})/iy,
      validators: ['basic-credentials'],
      docs: 'https://www.rfc-editor.org/rfc/rfc7617',
      positives: [1, 2].map((seed) => `Authorization: Basic ${base64Of(`jane:${draw('base62', 14, seed)}`)}`),
      negatives: [
        `Authorization: Basic ${base64Of('user:password')}`,
        'Basic authentication is described below',
      ],
    }),
    shape({
      id: 'http-authorization-header',
      anchors: [
        'authorization',
        'x-api-key',
        'x-auth-token',
        '-apikey:',
        '"apikey:',
        "'apikey:",
        '"api-key:',
        "'api-key:",
        '"api-token:',
        "'api-token:",
        '"token:',
        "'token:",
      ],
      matcher:
        /(?:(?:proxy-)?authorization["']?[ \t]{0,2}[:=][ \t]{0,4}["'`]?(?:(?:bearer|token|api-?token|api-?key|ssws)[ \t]{1,4})?|(?:x-api-key|x-auth-token|-apikey|["'](?:apikey|api-key|api-token|token))["']?[ \t]{0,2}:[ \t]{0,4}["'`]?)(?<value>[A-Za-z0-9+/_.~@-]{10,300}={0,2})(?![\w(.[])/iy,
      left: 'free',
      validators: ['header-token'],
      docs: 'https://www.rfc-editor.org/rfc/rfc6750',
      positives: [
        `-H "Authorization: Bearer ${draw('hex', 32, 1)}"`,
        `-H 'X-Api-Key: ${draw('base62', 24, 2)}'`,
      ],
      negatives: [
        'Authorization: Bearer $TOKEN',
        'Authorization: Bearer <token>',
        'authorization: authorizationHeader',
      ],
    }),
  ],
};
