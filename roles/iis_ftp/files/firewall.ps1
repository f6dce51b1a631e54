# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Writes one inbound rule of Windows Firewall for the FTP service. With TLS, it switches the stateful FTP inspection off:
# it cannot read what is encrypted, and may break the login (Microsoft, "Configuring FTP Firewall Settings in IIS 7").
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory)] [string[]] $Ports,
    [Parameter(Mandatory)] [string[]] $Sources,
    [Parameter(Mandatory)] [bool] $Tls
)

$Ansible.Changed = $false
$name = 'mxlab-ftp'
$rule = Get-NetFirewallRule -Name $name -ErrorAction SilentlyContinue

$present = ''
if ($rule) {
    $present = @(
        $rule.Enabled, $rule.Direction, $rule.Action
        ($rule | Get-NetFirewallServiceFilter).Service
        ($rule | Get-NetFirewallPortFilter).Protocol
        @(($rule | Get-NetFirewallPortFilter).LocalPort | Sort-Object) -join ','
        # Windows returns networks with their masks.
        @(($rule | Get-NetFirewallAddressFilter).RemoteAddress | Sort-Object) -join ','
    ) -join ' '
}

function ConvertTo-Mask([string] $Source) {
    if ($Source -notmatch '/') {
        return $Source
    }
    $address, $length = $Source.Split('/')
    if ($length -eq '32') {
        return $address
    }
    $bits = ('1' * [int]$length).PadRight(32, '0')
    $mask = (0, 8, 16, 24 | ForEach-Object { [Convert]::ToInt32($bits.Substring($_, 8), 2) }) -join '.'
    return "$address/$mask"
}

$wanted = @(
    'True', 'Inbound', 'Allow', 'ftpsvc', 'TCP'
    @($Ports | Sort-Object) -join ','
    @($Sources | ForEach-Object { ConvertTo-Mask $_ } | Sort-Object) -join ','
) -join ' '

if ($present -ne $wanted) {
    $Ansible.Changed = $true
    if (-not $Ansible.CheckMode) {
        $rule | Remove-NetFirewallRule
        [void](New-NetFirewallRule -Name $name -DisplayName 'FTP server (mxlab.ftp)' -Direction Inbound -Action Allow -Service ftpsvc -Protocol TCP -LocalPort $Ports -RemoteAddress $Sources)
    }
}

if ($Tls -and "$((Get-NetFirewallSetting).EnableStatefulFtp)" -ne 'False') {
    $Ansible.Changed = $true
    if (-not $Ansible.CheckMode) {
        Set-NetFirewallSetting -EnableStatefulFtp False
    }
}
$Ansible.Diff = @{ before = $present; after = $wanted }
