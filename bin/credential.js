'use strict';
// `fairlead credential --run FOLDER`: prints a token for an assistant that `fairlead run` started. Assistants call it
// again and again, some before every request, so it is plain JavaScript that loads Node's own modules alone: a tenth of
// the time that TypeScript takes to start. Readable by Node 18 and newer. The token goes to stdout and nothing else
// does; whatever goes wrong is one line on stderr and exit 1.

const fs = require('node:fs');
const path = require('node:path');

const timeoutMs = 10_000;

function fail(message) {
  process.stderr.write(`fairlead: ${message}\n`);
  process.exit(1);
}

/** What `fairlead run` wrote for this command: server, file of logins, assistant, remotes. It holds no secret. */
function readRun(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'run.json'), 'utf8'));
  } catch {
    return fail('this run is over.');
  }
}

/** The token of a call before, while at least half of its life is left. */
function cachedToken(folder) {
  try {
    const { token, freshUntil } = JSON.parse(fs.readFileSync(path.join(folder, 'token.json'), 'utf8'));
    return Date.now() < freshUntil ? token : null;
  } catch {
    return null;
  }
}

function keepToken(folder, token, lifeSeconds) {
  const temporary = path.join(folder, `token.${process.pid}`);
  fs.writeFileSync(temporary, JSON.stringify({ token, freshUntil: Date.now() + lifeSeconds * 500 }), {
    mode: 0o600,
  });
  fs.renameSync(temporary, path.join(folder, 'token.json'));
}

/** The login of this device at the run's server. */
function readLogin(file, server) {
  let logins = [];
  try {
    if (process.platform !== 'win32' && (fs.statSync(file).mode & 0o077) !== 0) {
      fail(`others on this machine can read ${file}: run chmod 600 on it.`);
    }
    logins = JSON.parse(fs.readFileSync(file, 'utf8')).logins;
  } catch {
    // Said below.
  }
  const found = logins.find((login) => login.server === server);
  return found === undefined ? fail('this device is no longer enrolled: enrol it again.') : found.login;
}

function mint({ server, logins, assistant, remotes }, done) {
  const url = new URL('/api/run/tokens', server);
  const payload = JSON.stringify({ assistant, remotes, use: 'refresh' });
  const headers = {
    authorization: `Bearer ${readLogin(logins, server)}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(payload),
  };
  const { request } = require(url.protocol === 'https:' ? 'node:https' : 'node:http');
  const asked = request(url, { method: 'POST', headers, timeout: timeoutMs, agent: false }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (part) => {
      text += part;
    });
    response.on('end', () => done(response.statusCode, text));
  });
  asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
  asked.on('error', (error) => fail(`the Fairlead server did not answer (${error.code || error.message}).`));
  asked.end(payload);
}

function main([option, folder]) {
  if (option !== '--run' || folder === undefined) fail('usage: fairlead credential --run FOLDER');
  const run = readRun(folder);
  const cached = cachedToken(folder);
  if (cached !== null) {
    process.stdout.write(`${cached}\n`);
    return;
  }
  mint(run, (status, text) => {
    let answer = {};
    try {
      answer = JSON.parse(text);
    } catch {
      // Said below.
    }
    if (status !== 201 || typeof answer.token !== 'string') {
      const {
        code = 'server.internal',
        message = `the server answered ${status}.`,
        fix = '',
      } = answer.error || {};
      fail(`${code}: ${message} ${fix}`);
    }
    keepToken(folder, answer.token, answer.lifeSeconds);
    process.stdout.write(`${answer.token}\n`);
  });
}

module.exports = { main };
if (require.main === module) main(process.argv.slice(2));
