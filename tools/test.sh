#!/usr/bin/env bash
# All tests; a table of their times ends them.  The labs are taken down whatever happens.
set -euo pipefail
cd "$(dirname "$0")/.."

# The tests with packets make networks of their own as root, those of the report use a browser; what they need is not on every machine,
# and without it they skip.
missing=()
command -v nft >/dev/null || missing+=(nftables)
command -v ip >/dev/null || missing+=(iproute2)
command -v chromium >/dev/null || missing+=(chromium fonts-dejavu-core)
if [ "${#missing[@]}" -gt 0 ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  printf '==> Installing %s\n' "${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# In the place of this shell, which would not pass on the signal that ends it.
exec python -m lab test
