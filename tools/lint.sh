#!/usr/bin/env bash
# Every check that needs no lab.  All of them run, so that one look shows all that is wrong.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
failed=()

check() {
  printf '==> %s\n' "$*"
  "$@" || failed+=("$1")
}

check yamllint .
check ruff check
check mypy
check shellcheck tools/*.sh tools/lab/*.sh .ci/run
check antsibull-changelog lint
check ansible-lint --offline
[ ${#failed[@]} -eq 0 ] || { printf 'lint: failed: %s\n' "${failed[*]}" >&2; exit 1; }
