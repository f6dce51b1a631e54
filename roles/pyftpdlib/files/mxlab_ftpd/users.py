# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users, who exist in the configuration only."""

from __future__ import annotations

from typing import Any

from pyftpdlib.authorizers import AuthenticationFailed, DummyAuthorizer

from .configuration import User
from .passwords import verify

_READ, _WRITE = "elr", "adfmwMT"


class Authorizer(DummyAuthorizer):
    """Virtual users with hashes; the base class compares passwords in clear."""

    def __init__(self, users: tuple[User, ...]) -> None:
        super().__init__()
        for user in users:
            perm = _READ if user.read_only else _READ + _WRITE
            self.add_user(user.name, user.password_hash, user.home, perm=perm, msg_quit="Goodbye.")

    def validate_authentication(self, username: str, password: str, handler: Any) -> None:
        """Raise AuthenticationFailed unless the user has this password."""
        known: dict[str, Any] = self.user_table.get(username, {})
        if not verify(password, known.get("pwd")):
            raise AuthenticationFailed("Authentication failed.")
