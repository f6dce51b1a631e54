# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Writes the users who may read and write in the FTP site; no other user may (<system.ftpServer/security/authorization>).
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)] [string] $Site,
    [string[]] $Readers,
    [string[]] $Writers
)

$Ansible.Changed = $false
Add-Type -Path "$env:windir\System32\inetsrv\Microsoft.Web.Administration.dll"
$manager = New-Object Microsoft.Web.Administration.ServerManager
$section = $manager.GetApplicationHostConfiguration().GetSection('system.ftpServer/security/authorization', $Site)
$collection = $section.GetCollection()

# Permissions are the sum of Read, 1, and Write, 2; access type 0 is Allow.
$rules = @($Readers | ForEach-Object { "0 $_ 1" }) + @($Writers | ForEach-Object { "0 $_ 3" })
$present = @($collection | ForEach-Object {
        "$($_.GetAttributeValue('accessType')) $($_.GetAttributeValue('users'))$($_.GetAttributeValue('roles')) $($_.GetAttributeValue('permissions'))"
    })

if ((($rules | Sort-Object) -join "`n") -ne (($present | Sort-Object) -join "`n")) {
    $collection.Clear()
    foreach ($rule in $rules) {
        $type, $user, $permissions = $rule.Split(' ')
        $new = $collection.CreateElement('add')
        $new.SetAttributeValue('accessType', [int]$type)
        $new.SetAttributeValue('users', $user)
        $new.SetAttributeValue('permissions', [int]$permissions)
        [void]$collection.Add($new)
    }
    $Ansible.Changed = $true
}
if ($Ansible.Changed -and -not $Ansible.CheckMode) {
    $manager.CommitChanges()
}
