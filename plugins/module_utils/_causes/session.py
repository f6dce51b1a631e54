# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes that end a session before any transfer: limits, login.  The first row that fits counts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import (
    LOGIN,
    PROBE,
    ROLE,
    SERVER,
    TLS,
    UNDETERMINED,
    Cause,
    Change,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import (
    IN_TRANSFER,
    lost_data_channel,
    says,
    says_idle,
    says_no_listener,
    says_no_space,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import PURE_FTPD, VSFTPD, sizing
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence

_TRIES = r"(?<!connection )attempts?\b|\b(re)?tries\b|failed log|failures?\b"
_LOGIN_FAILED = says(
    rf"(login|logon|authentication|auth) (is )?(incorrect|failed|failure|failures|denied|invalid)|{_TRIES}"
)
# Too many wrong passwords, or too many open files, are no matter of the limits of clients.
_NO_CLIENTS = rf"(?!.*({_TRIES}|open files|passwords?\b))"
# A server that does not know USER has refused nobody.
_UNKNOWN_COMMAND = (500, 502, 503)


def _ends_the_service(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the server ends the service: any refusal instead of a greeting, or a 421.

    A 421 that says why is not meant: a data connection, its port, a wrong password, or an idle session or a full disk
    in a transfer.
    """
    if cell.stage == seen.GREETING:
        return True
    about_login = cell.stage == seen.LOGIN and _LOGIN_FAILED(cell, evidence)
    in_transfer = (says_idle, says_no_space) if cell.stage in IN_TRANSFER else ()
    announcing = (says_no_listener,) if cell.stage == seen.ANNOUNCE else ()
    reasons = (lost_data_channel, *in_transfer, *announcing)
    return cell.code == 421 and not (about_login or any(reason(cell, evidence) for reason in reasons))


SESSION_CAUSES: tuple[Cause, ...] = (
    Cause(
        id="forced-address-unresolved",
        layer=SERVER,
        message="421 Illegal forced IP for passive connections",
        explanation="Pure-FTPd resolves ForcePassiveIP for each client. While the name has no address, it refuses"
        " every client.",
        remedy="Set ForcePassiveIP (pure_ftpd_masquerade_address) to an IPv4 address.",
        sources=("pure-ftpd(8): -P",),
        changes=(Change(ROLE, "masquerade_address", "{public_address}"),),
        outcomes=(seen.REJECTED,),
        where=says("forced IP"),
    ),
    Cause(
        id="too-many-from-one-address",
        layer=SERVER,
        message="421 Too many connections from one address",
        explanation="The server limits the connections from one address. Behind NAT or a load balancer, all clients"
        " share one address.",
        remedy="Raise the server's limit for each address.",
        sources=("RFC 959 section 4.2.2", "vsftpd.conf(5): max_per_ip", "ProFTPD mod_core: MaxConnectionsPerHost"),
        vendors={
            "vsftpd": "max_per_ip (vsftpd_max_per_ip)",
            "ProFTPD": "MaxConnectionsPerHost, MaxClientsPerHost",
            "Pure-FTPd": "MaxClientsPerIP",
            "pyftpdlib": "max_cons_per_ip",
            "FileZilla Server": "session_count_limit",
        },
        changes=(Change(ROLE, "max_per_ip", 50),),
        outcomes=(seen.REJECTED,),
        where=says(
            rf"(421|530){_NO_CLIENTS}.*(same IP|per (IP|host)|(from|for) (this|your) (internet address|IP|host))"
        ),
    ),
    Cause(
        id="too-many-clients",
        layer=SERVER,
        message="421 Too many clients",
        explanation="The server has reached its limit of clients. Pure-FTPd admits half as many clients as its passive"
        " range has ports.",
        remedy="Raise the server's limit of clients.",
        sources=("RFC 959 section 4.2.2", "pure-ftpd(8): -c, -p"),
        vendors={
            "vsftpd": "max_clients (vsftpd_max_clients)",
            "ProFTPD": "MaxClients, MaxInstances",
            PURE_FTPD: f"MaxClientsNumber; PassivePortRange, {sizing(PURE_FTPD)[PURE_FTPD]}",
            "pyftpdlib": "max_cons",
            "IIS": "maxConnections",
        },
        changes=(Change(ROLE, "max_clients", 100),),
        outcomes=(seen.REJECTED,),
        where=says(rf"(421|530){_NO_CLIENTS}.*(too many|maximum|users? \(the)"),
    ),
    Cause(
        id="tls-required",
        layer=TLS,
        message="The server refuses logins without TLS",
        explanation="The server requires AUTH TLS before USER, and the session was in clear.",
        remedy="Probe with tls: explicit, and set clients to FTP with explicit TLS. Routers cannot read the dialogue"
        " in TLS: the masquerade address and the forwarded range must be right.",
        sources=("RFC 4217 section 4", "vsftpd.conf(5): force_local_logins_ssl", "ProFTPD mod_tls: TLSRequired"),
        vendors={
            "vsftpd": "force_local_logins_ssl (vsftpd_tls)",
            "ProFTPD": "TLSRequired",
            "Pure-FTPd": "TLS 2 or 3",
            "pyftpdlib": "tls_control_required",
            "FileZilla Server": "tls_mode 2",
            "IIS": "controlChannelPolicy SslRequire",
        },
        changes=(Change(PROBE, "tls", "explicit"),),
        stages=(seen.LOGIN, seen.GREETING),
        outcomes=(seen.REJECTED,),
        protections=(seen.CLEAR,),
        where=says(
            r"\b(TLS|SSL|FTPS|FTPES)\b|encrypt|\bclear.?text|\bplain.?(text|FTP)\b|use AUTH"
            r"|\b(in|un)?secure(d|ly)? (\w+ )?(connection|session|channel|login|logon|transport|FTP)"
        ),
    ),
    Cause(
        id="account-wanted",
        layer=LOGIN,
        message="332 Need account for login",
        explanation="The server asks for an ACCT command, which few clients send. FTP proxies also ask for ACCT.",
        remedy="Use an account that needs no ACCT, or connect without the proxy.",
        sources=("RFC 959 section 4.2.2",),
        stages=(seen.LOGIN,),
        codes=(332, 532),
    ),
    Cause(
        id="anonymous-only",
        layer=LOGIN,
        message="530 This FTP server is anonymous only",
        explanation="The server refuses every user except anonymous.",
        remedy="Allow local users on the server.",
        sources=("vsftpd.conf(5): local_enable",),
        vendors={"vsftpd": "local_enable=YES"},
        changes=(Change(ROLE, "extra_options", {"local_enable": True}, VSFTPD, add=True),),
        stages=(seen.LOGIN,),
        outcomes=(seen.REJECTED,),
        where=says("anonymous only"),
    ),
    Cause(
        id="home-inaccessible",
        layer=LOGIN,
        message="530 User cannot log in, home directory inaccessible",
        explanation="User and password are right, but the home directory does not exist, or the user may not enter it.",
        remedy="Create the user's home directory, and let the user enter it. IIS: create a directory with the user's"
        " name below the site, as user isolation requires.",
        sources=("Microsoft: FTP user isolation",),
        stages=(seen.LOGIN,),
        outcomes=(seen.REJECTED,),
        where=says(
            r"home (directory|folder|dir\b)|cannot change to"
            r"|(cannot|can.t|unable to|could not) (change|find)\b.*directory"
            r"|\bch(dir|root)\b|no such (file or )?directory|directory (does not exist|not (found|available))"
        ),
    ),
    Cause(
        id="service-not-available",
        layer=SERVER,
        message="421 Service not available",
        explanation="The server runs but does not serve this client, is shutting down, or ended an idle session. Its"
        " reply says which.",
        remedy="Follow the server's reply. Probe again when the server is up.",
        sources=("RFC 959 section 5.4",),
        outcomes=(seen.REJECTED,),
        where=_ends_the_service,
    ),
    Cause(
        id="login-refused",
        layer=LOGIN,
        message="530 Login incorrect",
        explanation="The server refuses the user or the password.",
        remedy="Compare ftp_probe_user and ftp_probe_password with ftp_users. A server with PAM also refuses users"
        " whose shell is not in /etc/shells.",
        sources=("RFC 959 section 5.4", "pam_shells(8)"),
        vendors={
            "vsftpd": "userlist_file, pam_service_name",
            "ProFTPD": "RequireValidShell: only users with a shell in /etc/shells",
            "Pure-FTPd": "MinUID: only users with at least this user id",
        },
        stages=(seen.LOGIN,),
        outcomes=(seen.REJECTED,),
        where=lambda cell, evidence: cell.code not in _UNKNOWN_COMMAND or _LOGIN_FAILED(cell, evidence),
    ),
    Cause(
        id="login-hangs",
        layer=LOGIN,
        message="The server does not answer USER or PASS in time",
        explanation="The server waits for a directory service or DNS server that does not answer, or it delays after"
        " failed logins.",
        remedy="Check the server's log and its PAM configuration. For a slow server, raise the probe's timeout.",
        sources=("RFC 959 section 5.4",),
        next_step="Probe again with timeout: 60.",
        stages=(seen.LOGIN,),
        outcomes=(seen.TIMEOUT,),
        verdict=UNDETERMINED,
    ),
    Cause(
        id="directory-refused",
        layer=SERVER,
        message="550 The directory cannot be entered",
        explanation="The server does not let this user enter the directory.",
        remedy="Set the probe's option directory to an existing directory, as the user sees it after the login.",
        sources=("RFC 959 section 5.4",),
        stages=(seen.DIRECTORY,),
        outcomes=(seen.REJECTED,),
    ),
    Cause(
        id="binary-refused",
        layer=SERVER,
        message="504 TYPE I refused",
        explanation="The server transfers text only, no binary files.",
        remedy="Allow TYPE I on the server: RFC 1123 requires it.",
        sources=("RFC 1123 section 4.1.2.1",),
        stages=(seen.TYPE,),
        outcomes=(seen.REJECTED,),
    ),
)
