#!/usr/bin/env bash
# Puts the assistant CLIs that the acceptance lane drives into a cache outside the repository (about 830 MB).
#
#   tools/install-assistants.sh [DIR]     installs what is missing, prints one "name<TAB>bin folder" line each
#   tools/install-assistants.sh --check   installs nothing; exit 1 and one line on stderr for each that is missing
#
# DIR defaults to $FAIRLEAD_ASSISTANTS, then to ~/.cache/fairlead-assistants. Safe to run again at any time.
set -euo pipefail

pins=(
  'claude @anthropic-ai/claude-code 2.1.330'
  'codex @openai/codex 0.169.0'
  'copilot @github/copilot 1.0.102'
)
check=false
if [[ ${1-} == --check ]]; then
  check=true
  shift
fi
cache=${1:-${FAIRLEAD_ASSISTANTS:-$HOME/.cache/fairlead-assistants}}
missing=0

for pin in "${pins[@]}"; do
  read -r name package version <<<"$pin"
  slug=$(tr '@/' '__' <<<"$package@$version")
  home=$cache/$slug
  if [[ ! -x $home/node_modules/.bin/$name ]]; then
    if $check; then
      echo "missing: $name ($package@$version) in $cache" >&2
      missing=1
      continue
    fi
    # A half-finished install must never look like a finished one, so it's built beside its place and moved there.
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/.installing-XXXXXX")
    trap 'rm -rf "${work:-}"' EXIT
    echo "installing $package@$version" >&2
    printf '{"private":true}\n' >"$work/package.json"
    # Claude Code links its binary in a postinstall script, so scripts must be on here.
    npm install --prefix "$work" --ignore-scripts=false --save-exact --no-audit --no-fund --loglevel=error \
      "$package@$version" >&2
    rm -rf "$home"
    mv "$work" "$home"
    trap - EXIT
  fi
  printf '%s\t%s\n' "$name" "$home/node_modules/.bin"
done
exit "$missing"
