# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Writes the FTP site, its only FTP binding, its directory, the homes that are elsewhere and its properties (<site/ftpServer>).
# It commits all changes at once, or none. The keys of Settings are paths below the site such as ftpServer.firewallSupport.externalIp4Address; enumerations are numbers.
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)] [string] $Site,
    [Parameter(Mandatory)] [string] $Root,
    [Parameter(Mandatory)] [int] $Port,
    [Parameter(Mandatory)] [object] $Settings,
    [object] $Homes,
    [string[]] $DeniedCommands
)

$Ansible.Changed = $false
Add-Type -Path "$env:windir\System32\inetsrv\Microsoft.Web.Administration.dll"
$manager = New-Object Microsoft.Web.Administration.ServerManager
$binding = "*:${Port}:"
$found = $manager.Sites[$Site]

if ($null -eq $found) {
    $found = $manager.Sites.Add($Site, 'ftp', $binding, $Root)
    $Ansible.Changed = $true
}

$bindings = @($found.Bindings | Where-Object Protocol -eq 'ftp')
if ($bindings.Count -ne 1 -or $bindings[0].BindingInformation -ne $binding) {
    $bindings | ForEach-Object { $found.Bindings.Remove($_) }
    [void]$found.Bindings.Add($binding, 'ftp')
    $Ansible.Changed = $true
}

$folders = $found.Applications['/'].VirtualDirectories
$folder = $folders['/']
if ($folder.PhysicalPath -ne $Root) {
    $folder.PhysicalPath = $Root
    $Ansible.Changed = $true
}

# Homes that are elsewhere, by the users' names, are virtual directories; other virtual directories come from earlier runs
# (Microsoft, "IIS Settings Schema", userIsolation, IsolateAllDirectories).
$wanted = @{}
@($Homes.Keys) | ForEach-Object { $wanted["/LocalUser/$_"] = $Homes[$_] }
foreach ($virtual in @($folders | Where-Object { $_.Path -like '/LocalUser/*' -and $wanted[$_.Path] -ne $_.PhysicalPath })) {
    $folders.Remove($virtual)
    $Ansible.Changed = $true
}
foreach ($path in @($wanted.Keys | Where-Object { $null -eq $folders[$_] })) {
    [void]$folders.Add($path, $wanted[$path])
    $Ansible.Changed = $true
}

foreach ($key in @($Settings.Keys)) {
    $steps = $key.Split('.')
    $element = $found
    foreach ($step in $steps[0..($steps.Count - 2)]) {
        $element = $element.GetChildElement($step)
    }
    # Compared as texts, because the types of the schema are not those of JSON.
    if ([string]$element.GetAttributeValue($steps[-1]) -ne [string]$Settings[$key]) {
        $element.SetAttributeValue($steps[-1], $Settings[$key])
        $Ansible.Changed = $true
    }
}

# Commands that are not listed are allowed. Of the listed ones, the role manages only those of the modes.
$filter = $found.GetChildElement('ftpServer').GetChildElement('security').GetChildElement('commandFiltering').GetCollection()
foreach ($command in 'PORT', 'EPRT', 'PASV', 'EPSV') {
    $entry = @($filter | Where-Object { $_.GetAttributeValue('command') -eq $command })
    $denied = $entry.Count -gt 0 -and -not $entry[0].GetAttributeValue('allowed')
    if ($denied -eq ($DeniedCommands -contains $command)) {
        continue
    }
    $entry | ForEach-Object { $filter.Remove($_) }
    if (-not $denied) {
        $new = $filter.CreateElement('add')
        $new.SetAttributeValue('command', $command)
        $new.SetAttributeValue('allowed', $false)
        [void]$filter.Add($new)
    }
    $Ansible.Changed = $true
}

if ($Ansible.Changed -and -not $Ansible.CheckMode) {
    $manager.CommitChanges()
}
