#!/usr/bin/env bash
# All tests, with the time of each part.  The scenarios take down the lab whatever happens.
set -euo pipefail
cd "$(dirname "$0")/.."
begin=$SECONDS

part() {
  local name=$1 start=$SECONDS
  shift
  printf '\n==> %s\n' "$name"
  "$@"
  printf '==> %s: passed in %d s\n' "$name" $((SECONDS - start))
}

# The tests with packets make networks of their own as root; what they need is not on every machine, and without it they skip.
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null && ! { command -v nft && command -v ip; } >/dev/null; then
  printf '==> Installing nftables and iproute2\n'
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nftables iproute2 >/dev/null
fi

part 'lint' python tools/checks.py lint
part 'sanity' tools/sanity.sh
# Sanity has installed the collection from its tarball: that is what is tested from here on.
installed=.ansible/installed
roles=$installed/ansible_collections/mxlab/ftp/roles
programs="$roles/mx_emulator/files $roles/pyftpdlib/files"
part 'unit tests' pytest --override-ini "pythonpath=$installed $programs tools tests/faults molecule/filezilla_server"
part 'scenarios in the lab' python -m lab test
printf '\n==> all tests passed in %d s\n' $((SECONDS - begin))
