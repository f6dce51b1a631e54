#!/usr/bin/env bash
# ansible-test sanity, and the check of the documentation, on the collection as it is installed from its tarball, in FOLDER: sanity.sh [FOLDER].
set -euo pipefail
cd "$(dirname "$0")/.."
python tools/seed_get_pip.py
dependencies=$PWD/.ansible/collections
cd "${1:-.ansible/installed/ansible_collections/mxlab/ftp}"
# Below a folder that git ignores, ansible-test would find no file, and pass; its own output is none of the collection.
git init --quiet .
printf 'tests/output\n' >.git/info/exclude
python_version=$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
printf '==> ansible-test sanity\n'
ansible-test sanity --venv --python "$python_version" --color no
printf '==> antsibull-docs lint-collection-docs\n'
ANSIBLE_COLLECTIONS_PATH=$dependencies antsibull-docs lint-collection-docs --plugin-docs --skip-rstcheck .
