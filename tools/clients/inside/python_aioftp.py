# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session of aioftp.

python_aioftp.py HOST PORT USER PASSWORD TLS FOLDER FILE... --library=FOLDER [--PASV]
"""

import asyncio
import logging
import ssl
import sys
from pathlib import Path

libraries = [word.split("=", 1)[1] for word in sys.argv if word.startswith("--library=")]
sys.path[:0] = libraries
import aioftp  # noqa: E402

host, port, user, password, tls, folder, *files = [word for word in sys.argv[1:] if not word.startswith("--")]
logging.basicConfig(level=logging.DEBUG)


async def session() -> None:
    """Send each file and get it again."""
    commands = ("pasv",) if "--PASV" in sys.argv else ("epsv", "pasv")
    client = aioftp.Client(passive_commands=commands)
    await client.connect(host, int(port))
    if tls:
        context = ssl.create_default_context()
        version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[tls]
        context.minimum_version = context.maximum_version = version
        await client.upgrade_to_tls(context)
    await client.login(user, password)
    for name in files:
        await client.upload(Path(folder, name), name, write_into=True)
        await client.download(name, Path(folder, name + ".back"), write_into=True)
    await client.quit()


asyncio.run(session())
