#!/usr/bin/env bash
# Run a command as root: directly, or through sudo.
set -euo pipefail
if [ "$(id -u)" -eq 0 ]; then
  exec "$@"
elif command -v sudo >/dev/null; then
  exec sudo -- "$@"
fi
printf 'Root is needed for "%s", and there is no sudo: run make as root, or let an administrator start a Docker Engine and set DOCKER_HOST.\n' "$1" >&2
exit 1
