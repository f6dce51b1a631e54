#!/usr/bin/env bash
# Make .venv with the pinned toolchain and put the collections where Ansible looks for them.  Does nothing when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."
# The interpreter is looked for outside what is about to be made anew.
PATH=${PATH//"$PWD/.venv/bin:"/}

say() { printf '==> %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# A version manager's shims are on PATH even for versions that do not run: a candidate counts only once it has answered.
newest_python() {
  local version candidate
  for version in 3.14 3.13 3.12 3.11; do
    for candidate in $(type -ap "python$version" || true) "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
      if "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null; then
        printf '%s\n' "$candidate"
        return
      fi
    done
  done
  return 1
}

# Debian's python3 comes without ensurepip; its package python3-venv brings it.
make_venv() {
  local python=$1
  rm -rf .venv
  "$python" -m venv .venv &>/dev/null && return
  rm -rf .venv
  command -v apt-get >/dev/null || die "$python cannot make a virtual environment: install its venv module"
  say "Installing python3-venv"
  tools/as_root.sh apt-get update -qq
  tools/as_root.sh apt-get install -y -qq --no-install-recommends python3-venv &>/dev/null
  "$python" -m venv .venv
}

wanted=$(cat requirements-dev.txt requirements.yml tools/setup.sh tools/fetch_collections.py | sha256sum)
if [ "$(cat .venv/.complete 2>/dev/null)" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
  exit 0
fi

python=$(newest_python) || die "no working Python 3.11 to 3.14 found on PATH or under pyenv: install python3 and python3-venv"
say "Toolchain for $("$python" --version) in .venv (about half a minute)"
make_venv "$python"
.venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
PATH="$PWD/.venv/bin:$PATH" .venv/bin/python tools/fetch_collections.py
printf '%s\n' "$wanted" > .venv/.complete
