# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Returns the thumbprint of the named certificate after a check, or of a self-signed one, which it creates if it is missing.
[CmdletBinding(SupportsShouldProcess)]
param (
    [string] $Thumbprint,
    [string[]] $Names
)

$Ansible.Changed = $false
$store = 'Cert:\LocalMachine\My'
$friendlyName = 'mxlab.ftp self-signed'

if ($Thumbprint) {
    $certificate = Get-ChildItem $store | Where-Object Thumbprint -eq $Thumbprint
    if (-not $certificate -or -not $certificate.HasPrivateKey) {
        throw "iis_ftp_tls_certificate: $store holds no certificate $Thumbprint with its private key. It comes from ftp_tls_certificate."
    }
}
else {
    $certificate = Get-ChildItem $store | Where-Object FriendlyName -eq $friendlyName | Sort-Object NotAfter | Select-Object -Last 1
    if (-not $certificate) {
        $Ansible.Changed = $true
        if (-not $Ansible.CheckMode) {
            $certificate = New-SelfSignedCertificate -DnsName $Names -FriendlyName $friendlyName -CertStoreLocation $store -NotAfter (Get-Date).AddYears(10)
        }
    }
}
$Ansible.Result = @{ thumbprint = [string]$certificate.Thumbprint }
