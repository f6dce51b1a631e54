# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Creates the group of the FTP users' accounts, and disables users of earlier runs who are no longer in Users.
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)] [string] $Group,
    [string[]] $Users
)

$Ansible.Changed = $false
if (-not (Get-LocalGroup -Name $Group -ErrorAction SilentlyContinue)) {
    $Ansible.Changed = $true
    if (-not $Ansible.CheckMode) {
        [void](New-LocalGroup -Name $Group -Description 'FTP users of mxlab.ftp')
    }
    return
}

foreach ($member in Get-LocalGroupMember -Group $Group) {
    $account = Get-LocalUser -SID $member.SID
    if ($account.Enabled -and $Users -notcontains $account.Name) {
        $Ansible.Changed = $true
        if (-not $Ansible.CheckMode) {
            Disable-LocalUser -SID $account.SID
        }
    }
}
