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

# The exporter is tested with Debian's Prometheus, 19 MB.  It is unpacked and not installed: the package would start a service.
prometheus=.ansible/prometheus
if ! command -v prometheus >/dev/null && [ ! -x "$prometheus/usr/bin/prometheus" ] && command -v dpkg-deb >/dev/null; then
  printf '==> Unpacking Prometheus into %s\n' "$prometheus"
  mkdir -p "$prometheus"
  (
    cd "$prometheus"
    # A fresh machine has no list of packages yet.
    apt-get download -qq prometheus || { ../../tools/as_root.sh apt-get update -qq && apt-get download -qq prometheus; }
    dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb
  ) || printf 'its tests will be skipped\n'
fi

# In the place of this shell, which would not pass on the signal that ends it.
exec python -m lab test
