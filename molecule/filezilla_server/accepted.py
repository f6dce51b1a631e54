# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What FileZilla Server 1.9.4 has taken, written by hand, and then served with: every element of it, and a password.

The scenario holds what the module has written in the lab against it, the unit tests what the module would write.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

NAMESPACE = "{https://filezilla-project.org}"

# The elements of each file by their paths, with the names of their attributes.
ELEMENTS = {
    "settings": """
        logger
        logger/name
        logger/enabled_types
        logger/include_headers
        all_protocols
        all_protocols/timeouts
        all_protocols/timeouts/login_timeout
        all_protocols/timeouts/activity_timeout
        ftp_server
        ftp_server/listener
        ftp_server/listener/address
        ftp_server/listener/port
        ftp_server/listener/tls_mode
        ftp_server/session
        ftp_server/session/pasv
        ftp_server/session/pasv/host_override
        ftp_server/session/pasv/do_not_override_host_if_peer_is_local
        ftp_server/session/pasv/port_range
        ftp_server/session/pasv/port_range/min
        ftp_server/session/pasv/port_range/max
        ftp_server/session/tls @index @min_protocol_version
        ftp_server/session/tls/key @type
        ftp_server/session/tls/certs @type
        ftp_server/session/tls/key_password
        ftp_server/session/tls/source @index
        ftp_server/welcome_message @has_version
        admin
        admin/local_port
        admin/enable_local_ipv6
        admin/password @index
        admin/password/hash
        admin/password/salt
        admin/password/iterations
    """,
    "users": """
        default_impersonator @enabled @index
        default_impersonator/name
        default_impersonator/group
        user @enabled @name
        user/group
        user/mount_point @access @flags @new_native_path @recursive @tvfs_path
        user/session_count_limit
        user/password @index
        user/password/hash
        user/password/salt
        user/password/iterations
        user/methods
    """,
    "groups": """
        group @name
        group/session_count_limit
    """,
    "allowed_ips": "allowed_ips",
    "disallowed_ips": "disallowed_ips",
}
ROOT_ATTRIBUTES = {f"{NAMESPACE}product_flavour", f"{NAMESPACE}product_version"}
# The module gives every part a certificate, in the form of ftp_server/session/tls: else the server makes one and writes
# its settings anew.
CERTIFICATES = ("webui/tls", "admin/tls")

PASSWORD = "s3cret-Passw0rd"
PASSWORD_ELEMENT = {
    "hash": "BUGl+DzpGkdb1PluQoMtkC1a89kXPZylJjJyqOVU24A",
    "salt": "K9gGyX8OAK8aH8Myj6djqSaXI8jbj6xPk69x2xhtbpA",
    "iterations": "100000",
}


def elements(parent: Element, path: str = "") -> Iterator[str]:
    """Give the path of each element below the parent, with the names of its attributes."""
    for child in parent:
        if isinstance(child.tag, str):
            place = f"{path}/{child.tag.removeprefix(NAMESPACE)}".lstrip("/")
            yield " ".join([place, *sorted(f"@{name}" for name in child.attrib)])
            yield from elements(child, place)


def differences(name: str, root: Element) -> list[str]:
    """Say in which elements a file, such as "settings", is not as the server has taken it; nothing where it is."""
    accepted = [line.strip() for line in ELEMENTS[name].split("\n") if line.strip()]
    tls = [line.removeprefix("ftp_server/session/tls") for line in accepted if "session/tls" in line]
    if name == "settings":
        accepted += ["webui", *(part + line for part in CERTIFICATES for line in tls)]
    written = list(elements(root))
    wrong = [f"not of the server: {each}" for each in written if each not in accepted]
    missing = [f"missing: {each}" for each in accepted if each not in written]
    attributes = [f"root: {sorted(root.keys())}"] if set(root.keys()) != ROOT_ATTRIBUTES else []
    return wrong + missing + attributes
