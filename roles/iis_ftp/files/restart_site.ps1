# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Restarts the FTP site; other sites keep running.
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)] [string] $Site
)

if (-not $Ansible.CheckMode) {
    Import-Module WebAdministration
    Restart-WebItem -PSPath "IIS:\Sites\$Site"
}
