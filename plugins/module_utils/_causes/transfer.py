# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known causes that show in a transfer, and what no cause explains.  The first row that fits counts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import (
    NETWORK,
    ROLE,
    SERVER,
    UNDETERMINED,
    Cause,
    Change,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import last_command
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import VSFTPD
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen

_REPLIES = "RFC 959 section 4.2.2"
_MOVING = (seen.UPLOAD, seen.DOWNLOAD)
# In active modes the refusal of a transfer comes while its data connection is awaited.
_BEGUN = (seen.DATA, *_MOVING)

TRANSFER_CAUSES: tuple[Cause, ...] = (
    Cause(
        "control-timed-out",
        SERVER,
        "421 The control connection timed out",
        "The server ended a session that looked idle to it. During a long transfer the control connection is silent,"
        " and a NAT router may forget it, too.",
        "Raise the server's idle timeout above the longest transfer, and let clients send NOOP or TCP keepalives.",
        ("RFC 959 section 5.4", "RFC 5382 section 5"),
        vendors={
            "vsftpd": "idle_session_timeout, data_connection_timeout",
            "ProFTPD": "TimeoutIdle, TimeoutNoTransfer, TimeoutStalled",
            "Pure-FTPd": "MaxIdleTime",
            "pyftpdlib": "FTPHandler.timeout",
            "IIS": "controlChannelTimeout, dataChannelTimeout",
        },
        stages=(*_BEGUN, seen.COMPARE, seen.DELETE),
        codes=(421,),
    ),
    Cause(
        "disk-full",
        SERVER,
        "452 No space on the server",
        "The server has no space left for the file, or the user's quota is used up.",
        "Make space, or raise the quota.",
        (_REPLIES,),
        stages=_BEGUN,
        outcomes=(seen.REJECTED,),
        codes=(452, 552),
    ),
    Cause(
        "file-busy",
        SERVER,
        "450 The file is busy",
        "The server keeps the file locked: an upload script or a virus scanner has it.",
        "Probe in a directory that nothing watches (the probe's option directory).",
        (_REPLIES,),
        stages=(*_BEGUN, seen.DELETE),
        outcomes=(seen.REJECTED,),
        codes=(450,),
    ),
    Cause(
        "server-error-in-transfer",
        SERVER,
        "451 The server failed in the transfer",
        "The server stopped by an error of its own, such as a failing disk or an unreadable file.",
        "Look into the server's log at that time.",
        (_REPLIES,),
        stages=_BEGUN,
        outcomes=(seen.REJECTED,),
        codes=(451,),
    ),
    Cause(
        "transfer-aborted",
        NETWORK,
        "426 The data connection broke in the transfer",
        "It came about and was then cut: by a firewall that inspects contents, by a timeout, or by the server.",
        "Exempt the server from inspection (antimalware, intrusion prevention) on the way; look into the server's log.",
        (_REPLIES,),
        next_step="Capture the data connection on both sides of the MX: whoever sends the RST cuts it.",
        stages=_MOVING,
        outcomes=(seen.REJECTED,),
        codes=(425, 426),
    ),
    Cause(
        "download-refused",
        SERVER,
        "550 The file just uploaded cannot be read",
        "The upload went well, but the server does not give the file back: an incoming directory, or no read"
        " permission.",
        "Name a directory in the probe's option directory that the user may read, too.",
        (_REPLIES,),
        vendors={"vsftpd": "download_enable=YES; anon_umask, local_umask", "ProFTPD": "<Limit READ>"},
        changes=(Change(ROLE, "extra_options", {"download_enable": True}, VSFTPD, add=True),),
        stages=(seen.DOWNLOAD, seen.DATA),
        outcomes=(seen.REJECTED,),
        where=lambda cell, evidence: cell.stage == seen.DOWNLOAD or last_command(cell).startswith("RETR "),
    ),
    Cause(
        "upload-refused",
        SERVER,
        "550 The upload is refused",
        "Login works, but the server does not take the file: no write permission, or uploads switched off.",
        "Name a directory that the user may write to in the probe's option directory.",
        (_REPLIES,),
        vendors={
            "vsftpd": "write_enable=YES",
            "ProFTPD": "<Limit WRITE>, AllowOverwrite",
            "Pure-FTPd": "AnonymousCantUpload no",
            "pyftpdlib": "perm with w",
            "FileZilla Server": "access 1 of the mount point",
            "IIS": "authorization rule with Write",
        },
        stages=(seen.UPLOAD, seen.DATA),
        outcomes=(seen.REJECTED,),
        codes=(500, 501, 502, 504, 530, 532, 550, 553),
    ),
    Cause(
        "transfer-stalled",
        NETWORK,
        "The transfer begins and then stands still",
        "Small packets pass and large ones do not (a path with a smaller MTU, whose reports somebody drops), or the"
        " server does not go on.",
        "Let ICMP's reports of too large packets pass on the way, or lower the MSS; look into the server's log.",
        ("RFC 2923 section 2.1", "RFC 1191"),
        next_step="Probe with size: 100: if that passes, it is the size of the packets.",
        stages=_MOVING,
        outcomes=(seen.TIMEOUT,),
        verdict=UNDETERMINED,
    ),
    Cause(
        "content-differs",
        SERVER,
        "The file came back other than it was sent",
        "TYPE I was agreed, and yet something converts or cuts it.",
        "Look for ASCII conversion, upload scripts and full disks on the server, and for inspection of FTP on the way.",
        ("RFC 959 section 3.1.1.3",),
        vendors={"vsftpd": "ascii_upload_enable=NO, ascii_download_enable=NO"},
        stages=(seen.COMPARE,),
    ),
    Cause(
        "delete-refused",
        SERVER,
        "550 The probe's file cannot be deleted",
        "Both transfers work, but the server keeps the probe's file.",
        "Permit DELE to ftp_probe_user, and remove ftp_probe-*.tmp; or probe in another directory.",
        (_REPLIES,),
        stages=(seen.DELETE,),
        outcomes=(seen.REJECTED,),
    ),
    Cause(
        "bad-sequence",
        SERVER,
        "503 Bad sequence of commands",
        "The server, or a proxy before it, has another idea of the dialogue than RFC 959.",
        "Probe around the proxy; look into the server's log for the commands that it received.",
        (_REPLIES,),
        next_step="Compare the transcript with the server's log: a command that is missing there was swallowed on the"
        " way.",
        codes=(503,),
        outcomes=(seen.REJECTED,),
        verdict=UNDETERMINED,
    ),
    Cause(
        "session-cut",
        NETWORK,
        "The control connection is closed in the middle of the dialogue",
        "The server's process died, or a firewall that inspects FTP reset the connection.",
        "Look into the server's log at that time: if it knows of no end, something on the way cut the connection.",
        (_REPLIES,),
        next_step="Capture the control connection on both sides of the MX: whoever sends the RST or FIN cuts it.",
        outcomes=(seen.CLOSED,),
        verdict=UNDETERMINED,
    ),
    Cause(
        "dialogue-broken",
        SERVER,
        "The dialogue ended in a way that no known cause explains",
        "The evidence says at which stage.",
        "Look into the server's log at that time.",
        (_REPLIES,),
        next_step="Capture the control connection on both sides of the MX.",
        verdict=UNDETERMINED,
    ),
)
