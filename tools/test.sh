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

part 'lint' tools/lint.sh
part 'unit tests' pytest
part 'sanity' tools/sanity.sh
part 'scenarios in the lab' python -m lab test
printf '\n==> all tests passed in %d s\n' $((SECONDS - begin))
