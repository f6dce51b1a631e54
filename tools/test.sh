#!/usr/bin/env bash
# All tests; a table of their times ends them.  The labs are taken down whatever happens.
set -euo pipefail
cd "$(dirname "$0")/.."

# The tests with packets make networks of their own as root; what they need is not on every machine, and without it they skip.
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null && ! { command -v nft && command -v ip; } >/dev/null; then
  printf '==> Installing nftables and iproute2\n'
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nftables iproute2 >/dev/null
fi

# In the place of this shell, which would not pass on the signal that ends it.
exec python -m lab test
