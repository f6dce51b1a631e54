# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session of Python's ftplib, as its documentation shows it.  Runs on Python 3.6 and newer.

python_ftplib.py HOST PORT USER PASSWORD TLS FOLDER FILE... [--active]
"""

import ftplib
import ssl
import sys
from pathlib import Path

host, port, user, password, tls, folder, *files = [word for word in sys.argv[1:] if word != "--active"]
if tls:
    context = ssl._create_unverified_context()  # what FTP_TLS takes by default
    version = {"1.1": ssl.TLSVersion.TLSv1_1, "1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[tls]
    if tls == "1.1":
        context.set_ciphers("DEFAULT@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    ftp: ftplib.FTP = ftplib.FTP_TLS(context=context)
else:
    ftp = ftplib.FTP()
ftp.set_debuglevel(1)
ftp.connect(host, int(port))
ftp.login(user, password)
if isinstance(ftp, ftplib.FTP_TLS):
    ftp.prot_p()
ftp.set_pasv("--active" not in sys.argv)
for name in files:
    with Path(folder, name).open("rb") as source:
        ftp.storbinary("STOR " + name, source)
    with Path(folder, name + ".back").open("wb") as target:
        ftp.retrbinary("RETR " + name, target.write)
ftp.quit()
