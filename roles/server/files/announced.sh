#!/bin/sh
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Tells the state of a service, whether an earlier run has left its address half changed, and what is in the files with the address.
# Arguments: the unit, the mark of a change under way, and the files. Prints a line for each, the content of a file in Base64.
set -eu
unit=$1 mark=$2
shift 2
systemctl is-active "$unit" || :
if [ -e "$mark" ]; then echo pending; else echo complete; fi
for file; do
  base64 --wrap=0 "$file"
  echo
done
