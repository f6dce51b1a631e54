#!/usr/bin/env bash
# A customize hook of mmdebstrap ($1 is the new root): fetch the packages named in OFFLINE, one group a line,
# leave a local repository of them as the image's only apt source, and install from it the packages named in READY.
set -euo pipefail
root=$1
repository=$root/srv/apt
mkdir -p "$repository"
chroot "$root" apt-get clean
while read -r group; do
  # shellcheck disable=SC2086 # a group is a list of packages
  chroot "$root" apt-get install --quiet=2 --yes --no-install-recommends --download-only $group >/dev/null
  mv "$root"/var/cache/apt/archives/*.deb "$repository"
done <<< "$OFFLINE"
chroot "$root" sh -c 'cd /srv/apt && apt-ftparchive packages . > Packages && apt-ftparchive release . > Release'
rm -rf "$root"/etc/apt/sources.list.d/* "$root"/var/lib/apt/lists/*
echo 'deb [trusted=yes] file:/srv/apt ./' > "$root/etc/apt/sources.list"
chroot "$root" apt-get update --quiet=2
if [ -n "$READY" ]; then
  # shellcheck disable=SC2086 # a list of packages
  chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends $READY >/dev/null
fi
# An empty machine-id is filled in by each machine; without the file systemd would run its first-boot wizard.
: > "$root/etc/machine-id"
rm -f "$root/etc/hostname" "$root/etc/resolv.conf"
# Nothing is left to be updated at the first boot: units with ConditionNeedsUpdate would do it anew on each machine.
touch "$root/etc/.updated" "$root/var/.updated"
