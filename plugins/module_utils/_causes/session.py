# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known causes that end a session before any transfer: limits, login.  The first row that fits counts.

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
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import last_reply, says
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import PURE_FTPD, VSFTPD, sizing
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence

_EARLY = (seen.GREETING, seen.TLS, seen.LOGIN, seen.PROTECTION, seen.DIRECTORY, seen.TYPE, seen.ANNOUNCE)


def _ends_the_service(cell: Cell, _evidence: Evidence) -> bool:
    """421 before any transfer, unless it is about a data connection; and any refusal instead of a greeting."""
    about_data = "data channel" in last_reply(cell)
    return cell.stage == seen.GREETING or (cell.code == 421 and cell.stage in _EARLY and not about_data)


SESSION_CAUSES: tuple[Cause, ...] = (
    Cause(
        "forced-address-unresolved",
        SERVER,
        "421 Illegal forced IP for passive connections",
        "Pure-FTPd resolves ForcePassiveIP for each client and refuses all of them while the name has no address.",
        "Write an IPv4 address into ForcePassiveIP.",
        ("pure-ftpd(8): -P",),
        changes=(Change(ROLE, "masquerade_address", "{public_address}"),),
        outcomes=(seen.REJECTED,),
        where=says("forced IP"),
    ),
    Cause(
        "too-many-from-one-address",
        SERVER,
        "421 Too many connections from one address",
        "The server limits connections from one address; behind NAT or a load balancer all clients share one.",
        "Raise the server's limit for one address.",
        ("RFC 959 section 4.2.2", "vsftpd.conf(5): max_per_ip", "ProFTPD mod_core: MaxConnectionsPerHost"),
        vendors={
            "vsftpd": "max_per_ip (vsftpd_max_per_ip)",
            "ProFTPD": "MaxConnectionsPerHost, MaxClientsPerHost",
            "Pure-FTPd": "MaxClientsPerIP",
            "pyftpdlib": "max_cons_per_ip",
            "FileZilla Server": "session_count_limit",
        },
        changes=(Change(ROLE, "max_per_ip", 50),),
        outcomes=(seen.REJECTED,),
        where=says(r"(421|530).*(from your internet address|same IP|per IP|from this (IP|host)|for your host)"),
    ),
    Cause(
        "too-many-clients",
        SERVER,
        "421 Too many clients",
        "The server has reached its limit of clients. Pure-FTPd admits half as many clients as its passive range has"
        " ports.",
        "Raise the server's limit of clients.",
        ("RFC 959 section 4.2.2", "pure-ftpd(8): -c, -p"),
        vendors={
            "vsftpd": "max_clients (vsftpd_max_clients)",
            "ProFTPD": "MaxClients, MaxInstances",
            PURE_FTPD: f"MaxClientsNumber; PassivePortRange, {sizing(PURE_FTPD)[PURE_FTPD]}",
            "pyftpdlib": "max_cons",
            "IIS": "maxConnections",
        },
        changes=(Change(ROLE, "max_clients", 100),),
        outcomes=(seen.REJECTED,),
        where=says(r"(421|530).*(too many|maximum|users? \(the)"),
    ),
    Cause(
        "tls-required",
        TLS,
        "The server does not let users in without TLS",
        "The policy of the server asks for AUTH TLS before USER; the session was in clear.",
        "Probe with tls: explicit, and let clients use FTP with explicit TLS. With TLS no router on the way can read"
        " the dialogue: the masquerade address and the forwarded range have to be right.",
        ("RFC 4217 section 4", "vsftpd.conf(5): force_local_logins_ssl", "ProFTPD mod_tls: TLSRequired"),
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
        where=says(r"TLS|SSL|encrypt|cleartext|secure|use AUTH"),
    ),
    Cause(
        "service-not-available",
        SERVER,
        "421 Service not available",
        "The server is running but does not serve this client, is shutting down, or ended a session that was idle; its"
        " reply says which.",
        "Follow the reply; try again when the server is up.",
        ("RFC 959 section 5.4",),
        outcomes=(seen.REJECTED,),
        where=_ends_the_service,
    ),
    Cause(
        "account-wanted",
        LOGIN,
        "332 Need account for login",
        "The server wants an ACCT command, which hardly any client sends; FTP proxies do so, too.",
        "Use an account without that demand, or go around the proxy.",
        ("RFC 959 section 4.2.2",),
        stages=(seen.LOGIN,),
        codes=(332, 532),
    ),
    Cause(
        "anonymous-only",
        LOGIN,
        "530 This FTP server is anonymous only",
        "Users of the host are not let in.",
        "Switch on local users.",
        ("vsftpd.conf(5): local_enable",),
        vendors={"vsftpd": "local_enable=YES"},
        changes=(Change(ROLE, "extra_options", {"local_enable": True}, VSFTPD, add=True),),
        stages=(seen.LOGIN,),
        outcomes=(seen.REJECTED,),
        where=says("anonymous only"),
    ),
    Cause(
        "home-inaccessible",
        LOGIN,
        "530 User cannot log in, home directory inaccessible",
        "User and password are right, but the user's directory is not there or may not be entered.",
        "Create the home directory of that user and let the user enter it; IIS: a directory of the user's name below"
        " the site, according to user isolation.",
        ("Microsoft: FTP user isolation",),
        stages=(seen.LOGIN,),
        outcomes=(seen.REJECTED,),
        where=says("home directory|cannot change to|no such directory"),
    ),
    Cause(
        "login-refused",
        LOGIN,
        "530 Login incorrect",
        "The server refuses the user or the password.",
        "Compare ftp_probe_user and ftp_probe_password with ftp_users. A server with PAM also refuses users whose"
        " shell is not in /etc/shells.",
        ("RFC 959 section 5.4", "pam_shells(8)"),
        vendors={
            "vsftpd": "userlist_file, pam_service_name",
            "ProFTPD": "RequireValidShell off",
            "Pure-FTPd": "MinUID",
        },
        stages=(seen.LOGIN,),
        outcomes=(seen.REJECTED,),
    ),
    Cause(
        "login-hangs",
        LOGIN,
        "The server does not answer USER or PASS in time",
        "It asks a directory or the DNS that does not answer, or delays after failed logins.",
        "Look into the server's log and PAM configuration; raise the probe's timeout for a slow server.",
        ("RFC 959 section 5.4",),
        next_step="Probe again with timeout: 60.",
        stages=(seen.LOGIN,),
        outcomes=(seen.TIMEOUT,),
        verdict=UNDETERMINED,
    ),
    Cause(
        "directory-refused",
        SERVER,
        "550 The directory cannot be entered",
        "The server does not let this user into the directory.",
        "Name an existing directory in the probe's option directory, as the user sees it after the login.",
        ("RFC 959 section 5.4",),
        stages=(seen.DIRECTORY,),
        outcomes=(seen.REJECTED,),
    ),
    Cause(
        "binary-refused",
        SERVER,
        "504 TYPE I refused",
        "The server does not transfer bytes as they are; it knows text only.",
        "Permit TYPE I: RFC 1123 makes it mandatory.",
        ("RFC 1123 section 4.1.2.1",),
        stages=(seen.TYPE,),
        outcomes=(seen.REJECTED,),
    ),
)
