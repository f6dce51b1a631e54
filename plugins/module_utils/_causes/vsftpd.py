# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What vsftpd says when it gives up a session, as rows of the table of causes.  The first row that fits counts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import ROLE, SERVER, Cause, Change
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import says
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import VSFTPD, sizing

_MAN = ("vsftpd.conf(5)",)

OOPS_CAUSES: tuple[Cause, ...] = (
    Cause(
        "vsftpd-no-port-to-bind",
        SERVER,
        "500 OOPS: vsf_sysutil_bind",
        "vsftpd tries nine ports of its range at random and ends the session if all are taken: the range is too small"
        " or in use. In active mode: port_promiscuous=YES together with connect_from_port_20=YES.",
        f"Enlarge ftp_passive_ports: {sizing(VSFTPD)[VSFTPD]}. In active mode set connect_from_port_20=NO with"
        " port_promiscuous=YES.",
        _MAN,
        where=says("500 OOPS: .*vsf_sysutil_bind|maximum number of attempts to find a listening port"),
    ),
    Cause(
        "vsftpd-invalid-masquerade-address",
        SERVER,
        "500 OOPS: invalid pasv_address",
        "pasv_address holds a name without pasv_addr_resolve=YES, quotes, or a name and the service was reloaded"
        " instead of restarted.",
        "Write one plain IPv4 address into vsftpd_masquerade_address.",
        _MAN,
        changes=(Change(ROLE, "masquerade_address", "{public_address}"),),
        where=says("500 OOPS: .*pasv_address"),
    ),
    Cause(
        "vsftpd-writable-root",
        SERVER,
        "500 OOPS: vsftpd: refusing to run with writable root inside chroot()",
        "The home directory to which the user is confined belongs to the user.",
        "Let root own the home directory and give the user a writable one in it; or set allow_writeable_chroot=YES.",
        _MAN,
        changes=(Change(ROLE, "extra_options", {"allow_writeable_chroot": True}, VSFTPD, add=True),),
        where=says("500 OOPS: .*writable root"),
    ),
    Cause(
        "vsftpd-secure-chroot-missing",
        SERVER,
        "500 OOPS: vsftpd: not found: directory given in 'secure_chroot_dir'",
        "The empty directory in which vsftpd's unprivileged process lives is not there; it is on a file system that is"
        " empty after each boot.",
        "Let systemd or tmpfiles.d create /var/run/vsftpd/empty.",
        _MAN,
        where=says("500 OOPS: .*secure_chroot_dir"),
    ),
    Cause(
        "vsftpd-sandbox",
        SERVER,
        "500 OOPS: priv_sock_get_cmd",
        "The kernel killed vsftpd's process: its seccomp sandbox does not know a system call that this system needs.",
        "Set seccomp_sandbox=NO.",
        ("vsftpd.conf(5)", "Debian: vsftpd, seccomp_sandbox is off by default"),
        changes=(Change(ROLE, "extra_options", {"seccomp_sandbox": False}, VSFTPD, add=True),),
        where=says("500 OOPS: .*priv_sock_get_cmd|OOPS: child died"),
    ),
    Cause(
        "vsftpd-home-missing",
        SERVER,
        "500 OOPS: cannot change directory",
        "The user's home directory does not exist or cannot be entered.",
        "Create it, or name another as home in ftp_users; SELinux: setsebool -P ftp_home_dir on.",
        _MAN,
        where=says("500 OOPS: .*(cannot change directory|chroot)"),
    ),
    Cause(
        "vsftpd-oops",
        SERVER,
        "500 OOPS",
        "vsftpd gave up the session because of its configuration; the text after OOPS says what it could not do.",
        "Mend that setting in vsftpd.conf (role mxlab.ftp.vsftpd).",
        _MAN,
        where=says("500 OOPS"),
    ),
)
