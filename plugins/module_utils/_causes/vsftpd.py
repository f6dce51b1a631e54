# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes for which vsftpd ends a session with 500 OOPS.  The first row that fits counts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import ROLE, SERVER, Cause, Change, Weakening
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import says
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import VSFTPD, sizing

_MAN = ("vsftpd.conf(5)",)
_WRITABLE_ROOT = says("500 OOPS: .*writable root")
_SANDBOX = says("500 OOPS: .*priv_sock_get_cmd|OOPS: child died")

OOPS_CAUSES: tuple[Cause, ...] = (
    Cause(
        id="vsftpd-no-port-to-bind",
        layer=SERVER,
        message="500 OOPS: vsf_sysutil_bind",
        explanation="vsftpd tries nine ports of its range at random and ends the session if all of them are in use:"
        " the range is too small, or other programs use its ports. In active mode: port_promiscuous=YES is set"
        " together with connect_from_port_20=YES.",
        remedy=f"Enlarge ftp_passive_ports: {sizing(VSFTPD)[VSFTPD]}. In active mode set port_promiscuous=NO, or"
        " connect_from_port_20=NO.",
        sources=_MAN,
        where=says("500 OOPS: .*vsf_sysutil_bind|maximum number of attempts to find a listening port"),
    ),
    Cause(
        id="vsftpd-invalid-masquerade-address",
        layer=SERVER,
        message="500 OOPS: invalid pasv_address",
        explanation="pasv_address holds quotes, a host name without pasv_addr_resolve=YES, or a host name while the"
        " service was reloaded instead of restarted.",
        remedy="Set vsftpd_masquerade_address to an IPv4 address, without quotes.",
        sources=_MAN,
        changes=(Change(ROLE, "masquerade_address", "{public_address}"),),
        where=says("500 OOPS: .*pasv_address"),
    ),
    Cause(
        id="vsftpd-writable-root",
        layer=SERVER,
        message="500 OOPS: vsftpd: refusing to run with writable root inside chroot()",
        explanation="The user is confined (chroot) to the home directory, and this directory belongs to the user.",
        remedy="Make root the owner of the home directory, and create a directory in it that the user may write to.",
        sources=_MAN,
        weakenings=(
            Weakening(
                text="Set allow_writeable_chroot=YES.",
                changes=(Change(ROLE, "extra_options", {"allow_writeable_chroot": True}, VSFTPD, add=True),),
                price="a user who can write to the root of the confinement may be able to leave it.",
                proof='vsftpd says "writable root"',
                proven=_WRITABLE_ROOT,
            ),
        ),
        where=_WRITABLE_ROOT,
    ),
    Cause(
        id="vsftpd-secure-chroot-missing",
        layer=SERVER,
        message="500 OOPS: vsftpd: not found: directory given in 'secure_chroot_dir'",
        explanation="vsftpd's unprivileged process needs this empty directory, and the directory does not exist. It is"
        " on a file system that is empty after each boot.",
        remedy="Create /var/run/vsftpd/empty at each boot, with systemd or tmpfiles.d.",
        sources=_MAN,
        where=says("500 OOPS: .*secure_chroot_dir"),
    ),
    Cause(
        id="vsftpd-sandbox",
        layer=SERVER,
        message="500 OOPS: priv_sock_get_cmd",
        explanation="The kernel killed a process of vsftpd: vsftpd's seccomp sandbox forbids a system call that this"
        " system needs.",
        remedy="Update vsftpd: the sandbox of a newer version may know this system's calls.",
        sources=("vsftpd.conf(5)", "Debian: vsftpd, seccomp_sandbox is off by default"),
        weakenings=(
            Weakening(
                text="Set seccomp_sandbox=NO, as Debian does.",
                changes=(Change(ROLE, "extra_options", {"seccomp_sandbox": False}, VSFTPD, add=True),),
                price="an attacker who takes over a process of vsftpd can use every system call.",
                proof='vsftpd says "priv_sock_get_cmd" or "child died"',
                proven=_SANDBOX,
            ),
        ),
        where=_SANDBOX,
    ),
    Cause(
        id="vsftpd-home-missing",
        layer=SERVER,
        message="500 OOPS: cannot change directory",
        explanation="The user's home directory does not exist, or the user may not enter it.",
        remedy="Create the home directory, or set another one as home in ftp_users. With SELinux, search the"
        " audit log for a denial.",
        sources=_MAN,
        where=says("500 OOPS: .*(cannot change directory|chroot)"),
    ),
    Cause(
        id="vsftpd-oops",
        layer=SERVER,
        message="500 OOPS",
        explanation="vsftpd ended the session because of its configuration. The text after OOPS says what failed.",
        remedy="Correct that setting in vsftpd.conf (role mxlab.ftp.vsftpd).",
        sources=_MAN,
        where=says("500 OOPS"),
    ),
)
