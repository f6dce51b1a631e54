# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Writes the passive range of all FTP sites (<system.ftpServer/firewallSupport>). The service reads it when it starts.
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)] [int] $First,
    [Parameter(Mandatory)] [int] $Last
)

$Ansible.Changed = $false
Add-Type -Path "$env:windir\System32\inetsrv\Microsoft.Web.Administration.dll"
$manager = New-Object Microsoft.Web.Administration.ServerManager
$section = $manager.GetApplicationHostConfiguration().GetSection('system.ftpServer/firewallSupport')

$wanted = [ordered]@{ lowDataChannelPort = $First; highDataChannelPort = $Last }
foreach ($name in $wanted.Keys) {
    if ($section.GetAttributeValue($name) -ne $wanted[$name]) {
        $section.SetAttributeValue($name, $wanted[$name])
        $Ansible.Changed = $true
    }
}
if ($Ansible.Changed -and -not $Ansible.CheckMode) {
    $manager.CommitChanges()
}
