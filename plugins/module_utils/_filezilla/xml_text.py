# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FileZilla Server's files: trees as XML, and passwords in its hash format.

A tree is a mapping of element names to what is in them: a text, number or boolean, another tree, or a list for an
element that repeats. "@name" is an attribute and "#text" the text of an element that has attributes.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from hashlib import pbkdf2_hmac
from hmac import compare_digest
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

Tree = Mapping[str, Any]

NAMESPACE = "https://filezilla-project.org"
# The oldest release that knows the TLS settings of index 6. A server refuses files of a version above its own and
# takes those of one below, so the version of the file says which servers it is for.
VERSION = "1.9.0"
# With fewer, FileZilla Server never verifies a password (password.hpp, min_iterations).
ITERATIONS = 100000
SIZE = 32
# Elements whose text is secret; those of extra_options, too, and so with any attributes.
_SECRET = re.compile(r"(<(?:hash|salt|[\w.:-]*(?:password|secret|pin\b)[\w.:-]*)(?:\s[^<>]*)?(?<!/)>)[^<]*(?=</)", re.I)


def document(tree: Tree, *comments: str) -> str:
    """Return the file that holds the tree; raise ValueError if XML cannot hold a comment (XML 1.0 section 2.5)."""
    for comment in comments:
        if "--" in comment:
            raise ValueError(f"{comment!r} cannot be a comment of XML: it contains '--'")
    root = {
        "@xmlns:fz": NAMESPACE,
        "@xmlns": NAMESPACE,
        "@fz:product_flavour": "standard",
        "@fz:product_version": VERSION,
        **tree,
    }
    lines = [f"<!-- {comment} -->" for comment in comments]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *lines, *_element("filezilla", root, ""), ""])


def _element(name: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _element(name, each, indent)
        return
    tree: Tree = value if isinstance(value, Mapping) else {"#text": value}
    attributes = "".join(f" {key[1:]}={quoteattr(_text(each))}" for key, each in tree.items() if key[0] == "@")
    children = {key: each for key, each in tree.items() if key[0] not in "@#"}
    start = f"{indent}<{name}{attributes}>"
    if not children:
        yield f"{start}{escape(_text(tree.get('#text')))}</{name}>"
        return
    yield start
    for key, each in children.items():
        yield from _element(key, each, indent + "  ")
    yield f"{indent}</{name}>"


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def redacted(text: str) -> str:
    """Return the file without its hashes and other secrets, to be shown as a diff."""
    return _SECRET.sub(r"\1********", text)


def known_passwords(users: str) -> dict[str, Tree]:
    """Return the password element of each user in a users.xml; none if the file is missing or broken."""
    return {user.get("name", ""): _password(user) for user in _root(users).iter(f"{{{NAMESPACE}}}user")}


def admin_password(settings: str) -> Tree:
    """Return the password element of the administration in a settings.xml, or an empty one."""
    admin = _root(settings).find(f"{{{NAMESPACE}}}admin")
    return {} if admin is None else _password(admin)


def _root(text: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(text.encode())
    except ElementTree.ParseError:
        return ElementTree.Element("none")


def _password(owner: ElementTree.Element) -> Tree:
    found = owner.find(f"{{{NAMESPACE}}}password[@index='1']")
    return {} if found is None else {each.tag.rpartition("}")[2]: each.text or "" for each in found}


def password_tree(password: str, known: Tree, random: Callable[[int], bytes]) -> Tree:
    """Return the password element: the known one if it is for this password and strong enough, else a new one."""
    iterations = max(ITERATIONS, _number(known.get("iterations")))
    salt = _decoded(known.get("salt"))
    hashed = _hash(password, salt, iterations)
    kept = _number(known.get("iterations")) == iterations and len(salt) == SIZE
    if kept and compare_digest(hashed, _decoded(known.get("hash"))):
        return _element_of(hashed, salt, iterations)
    salt = random(SIZE)
    return _element_of(_hash(password, salt, iterations), salt, iterations)


def locked_tree(known: Tree, random: Callable[[int], bytes]) -> Tree:
    """Return a password element that no password is known for: without one, anybody on the host may administer."""
    salt, hashed = _decoded(known.get("salt")), _decoded(known.get("hash"))
    if len(salt) == SIZE and len(hashed) == SIZE and _number(known.get("iterations")) >= ITERATIONS:
        return _element_of(hashed, salt, _number(known["iterations"]))
    return _element_of(random(SIZE), random(SIZE), ITERATIONS)


def _hash(password: str, salt: bytes, iterations: int) -> bytes:
    return pbkdf2_hmac("sha256", password.encode(), salt, iterations, SIZE)


def _element_of(hashed: bytes, salt: bytes, iterations: int) -> Tree:
    return {"@index": 1, "hash": _encoded(hashed), "salt": _encoded(salt), "iterations": iterations}


def _encoded(data: bytes) -> str:
    """Return base64 as FileZilla Server has it, without padding."""
    return b64encode(data).decode().rstrip("=")


def _decoded(text: Any) -> bytes:
    padded = str(text or "") + "=" * (-len(str(text or "")) % 4)
    try:
        return b64decode(padded, validate=True)
    except ValueError:
        return b""


def _number(text: Any) -> int:
    return int(text) if str(text).isdecimal() else 0
