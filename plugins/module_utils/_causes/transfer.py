# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes that show in a transfer, and what no cause explains.  The first row that fits counts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import (
    NETWORK,
    ROLE,
    SERVER,
    TLS,
    UNDETERMINED,
    Cause,
    Change,
    Weakening,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import (
    IN_TRANSFER,
    last_command,
    says_idle,
    says_no_space,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.server_name import server_name
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import VSFTPD
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import PASSIVE_MODES, Cell, Evidence

_REPLIES = "RFC 959 section 4.2.2"
_MOVING = (seen.UPLOAD, seen.DOWNLOAD)
_BEGUN = (seen.DATA, *_MOVING)
_REFUSED = (500, 501, 502, 504, 530, 532, 550, 553)


def _full(cell: Cell, evidence: Evidence) -> bool:
    return cell.code in (452, 552) or says_no_space(cell, evidence)


def _over_tls_1_3(cell: Cell, evidence: Evidence) -> bool:
    return cell.data_tls_version == "TLSv1.3" and server_name(evidence) == VSFTPD and not _without_tls(cell, evidence)


def _without_tls(cell: Cell, evidence: Evidence) -> bool:
    """Return whether an upload without TLS on the data connection is cut, too."""
    return any(
        (other.stage, other.code) == (cell.stage, cell.code) and not other.data_tls_version for other in evidence.cells
    )


def _only_with_tls_1_3(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the same mode works without TLS on the data connection."""
    return any(
        other.passed and (other.mode, other.ipv6) == (cell.mode, cell.ipv6) and not other.data_tls_version
        for other in evidence.cells
    )


TRANSFER_CAUSES: tuple[Cause, ...] = (
    Cause(
        id="control-timed-out",
        layer=SERVER,
        message="421 The control connection timed out",
        explanation="The server ended a session that seemed idle. During a long transfer the control connection is"
        " silent, and the server counts commands only: TCP keepalives do not help.",
        remedy="Raise the server's idle timeout above the longest transfer.",
        sources=("RFC 959 section 5.4",),
        vendors={
            "vsftpd": "idle_session_timeout, data_connection_timeout",
            "ProFTPD": "TimeoutIdle, TimeoutNoTransfer, TimeoutStalled",
            "Pure-FTPd": "MaxIdleTime",
            "pyftpdlib": "FTPHandler.timeout",
            "IIS": "controlChannelTimeout, dataChannelTimeout",
        },
        stages=IN_TRANSFER,
        codes=(421,),
        where=says_idle,
    ),
    Cause(
        id="final-reply-missing",
        layer=SERVER,
        message="The transfer is complete, but its reply does not come",
        explanation="Both sides have ended the data connection, so all of the file has arrived. The server is still"
        " busy with the file (a slow disk, an upload script, a virus scanner), or it hangs, or a device on the path"
        " has lost the control connection.",
        remedy="Check the server's log of that time, its upload scripts and its disk. If the reply comes later, raise"
        " the probe's option timeout.",
        sources=(_REPLIES,),
        next_step="If only long transfers fail, probe with long_transfer: as many seconds as they take. It shows"
        " whether the idle control connection is the cause.",
        stages=(seen.REPLY,),
        outcomes=(seen.TIMEOUT,),
        verdict=UNDETERMINED,
    ),
    Cause(
        id="disk-full",
        layer=SERVER,
        message="452 No space on the server",
        explanation="The server has no space left for the file, or the user's quota is used up.",
        remedy="Free some space on the server, or raise the quota.",
        sources=(_REPLIES,),
        stages=_BEGUN,
        outcomes=(seen.REJECTED,),
        where=_full,
    ),
    Cause(
        id="file-busy",
        layer=SERVER,
        message="450 The file is busy",
        explanation="The file is locked on the server, for example by an upload script or a virus scanner.",
        remedy="Probe in a directory that no program watches (the probe's option directory).",
        sources=(_REPLIES,),
        stages=(*_BEGUN, seen.DELETE),
        outcomes=(seen.REJECTED,),
        codes=(450,),
    ),
    Cause(
        id="server-error-in-transfer",
        layer=SERVER,
        message="451 The server failed during the transfer",
        explanation="The server stopped because of an error of its own, such as a failing disk or an unreadable file.",
        remedy="Check the server's log of that time.",
        sources=(_REPLIES,),
        stages=_BEGUN,
        outcomes=(seen.REJECTED,),
        codes=(451,),
    ),
    Cause(
        id="tls13-upload-cut",
        layer=TLS,
        message="426 vsftpd loses an upload over TLS 1.3",
        explanation="vsftpd closes a data connection over TLS 1.3 with unread bytes, so the connection is reset before"
        " the end of the file. A firewall that inspects contents can cut the connection, too.",
        remedy="Update vsftpd, and test it with TLS 1.3 before clients use it.",
        sources=("RFC 8446 section 6.1", "vsftpd: ssl.c"),
        weakenings=(
            Weakening(
                text="Limit vsftpd to TLS 1.2.",
                vendors={"vsftpd": "ssl_tlsv13=NO, ssl_tlsv12=YES (3.0.5), as role mxlab.ftp.vsftpd sets them"},
                price="TLS 1.2 shows the certificate to everyone on the path and allows weaker ciphers than TLS 1.3.",
                proof="the same mode works without TLS on the data connection",
                proven=_only_with_tls_1_3,
            ),
        ),
        next_step="Probe with protection: [C, P]. If uploads pass with C only, TLS 1.3 is the cause. If they fail with"
        " C, too, capture the data connection on both sides of the MX.",
        stages=(seen.UPLOAD,),
        outcomes=(seen.REJECTED,),
        protections=(seen.PRIVATE,),
        codes=(426,),
        where=_over_tls_1_3,
    ),
    Cause(
        id="transfer-aborted",
        layer=NETWORK,
        message="426 The data connection broke during the transfer",
        explanation="The data connection was established and then cut: by the server, by a timeout, or by a firewall"
        " that inspects contents.",
        remedy="Search the server's log of that time for the reason.",
        sources=(_REPLIES,),
        next_step="Capture the data connection on both sides of the MX. The device that sends the RST cuts the"
        " connection.",
        stages=_BEGUN,
        outcomes=(seen.REJECTED,),
        codes=(425, 426),
    ),
    Cause(
        id="data-connection-reset",
        layer=NETWORK,
        message="The data connection is reset, and no reply says why",
        explanation="The connection was made and then reset before the file was complete, and the session goes on. Some"
        " servers do this with a connection that comes from another address than the control connection, such as"
        " through a load balancer with two addresses, and then wait for the right one. A firewall that inspects FTP"
        " also does it.",
        remedy="Let the client's router use one address for all connections of a client. If it does, search the"
        " server's log of that time for the reason.",
        sources=(_REPLIES, "RFC 2577 section 3"),
        next_step="Capture the data connection on both sides of the MX. The device that sends the RST cuts the"
        " connection.",
        stages=(seen.UPLOAD, seen.DOWNLOAD),
        outcomes=(seen.BROKEN,),
        verdict=UNDETERMINED,
    ),
    Cause(
        id="download-refused",
        layer=SERVER,
        message="550 The file just uploaded cannot be read",
        explanation="The upload worked, but the server refuses the download: the directory is for uploads only, or the"
        " user has no read permission.",
        remedy="Set the probe's option directory to a directory that the user may also read.",
        sources=(_REPLIES,),
        vendors={"vsftpd": "download_enable=YES; anon_umask, local_umask", "ProFTPD": "<Limit READ>"},
        changes=(Change(ROLE, "extra_options", {"download_enable": True}, VSFTPD, add=True),),
        stages=(seen.DOWNLOAD, seen.DATA),
        outcomes=(seen.REJECTED,),
        codes=_REFUSED,
        where=lambda cell, evidence: cell.stage == seen.DOWNLOAD or last_command(cell).startswith("RETR "),
    ),
    Cause(
        id="upload-refused",
        layer=SERVER,
        message="550 The upload is refused",
        explanation="The login works, but the server refuses the file: the user has no write permission, or uploads"
        " are switched off.",
        remedy="Set the probe's option directory to a directory that the user may write to.",
        sources=(_REPLIES,),
        vendors={
            "vsftpd": "write_enable=YES",
            "ProFTPD": "<Limit WRITE>, AllowOverwrite",
            "pyftpdlib": "perm with w",
            "FileZilla Server": "access 1 of the mount point",
            "IIS": "authorization rule with Write",
        },
        stages=(seen.UPLOAD, seen.DATA),
        outcomes=(seen.REJECTED,),
        codes=_REFUSED,
    ),
    Cause(
        id="transfer-not-begun",
        layer=SERVER,
        message="The server does not answer the command for a transfer",
        explanation="The announced port took the connection, but STOR or RETR has no answer. Some servers"
        " wait there for a connection from the same address as the control connection. For them, this one comes from"
        " another address: a load balancer uses two, or the MX puts its own address in (hairpin). Or the server"
        " hangs.",
        remedy="Let the client's router use one address for all connections of a client. In the server's LAN, call the"
        " server by its LAN address, and let it announce this address there (ftp_lan_networks). Otherwise check the"
        " server's log of that time.",
        sources=(_REPLIES, "RFC 2577 section 3"),
        next_step="Capture at the server, and compare the client's addresses on the control and the data connection.",
        stages=(seen.UPLOAD, seen.DOWNLOAD),
        outcomes=(seen.TIMEOUT,),
        codes=(227, 229),
        modes=PASSIVE_MODES,
        verdict=UNDETERMINED,
    ),
    Cause(
        id="transfer-stalled",
        layer=NETWORK,
        message="The transfer begins and then stalls",
        explanation="The data connection is open, but no more data arrives at its other end. The same dialogue with"
        " small TCP segments does not work either. The server hangs or does not read the data, or a device on the path"
        " stops forwarding it. If even the first reply (150) is missing, the server may wait for another data"
        " connection: Pure-FTPd ignores those that come from another address than the control connection.",
        remedy="Check the server's log of that time, its disk and its processes.",
        sources=(_REPLIES,),
        next_step="Capture the data connection on both sides of the MX. If packets are repeated on one side and missing"
        " on the other, the MX drops them.",
        stages=_MOVING,
        outcomes=(seen.TIMEOUT,),
        verdict=UNDETERMINED,
    ),
    Cause(
        id="content-differs",
        layer=SERVER,
        message="The downloaded file differs from the uploaded one",
        explanation="TYPE I (binary) was agreed, and yet the file was converted or cut.",
        remedy="Check the server for ASCII conversion, upload scripts and full disks, and the path for inspection of"
        " FTP.",
        sources=("RFC 959 section 3.1.1.3",),
        vendors={"vsftpd": "ascii_upload_enable=NO, ascii_download_enable=NO"},
        stages=(seen.COMPARE,),
    ),
    Cause(
        id="delete-refused",
        layer=SERVER,
        message="550 The probe's file cannot be deleted",
        explanation="Both transfers work, but the server does not delete the probe's file.",
        remedy="Allow DELE for ftp_probe_user, and remove ftp_probe-*.tmp; or probe in another directory.",
        sources=(_REPLIES,),
        stages=(seen.DELETE,),
        outcomes=(seen.REJECTED,),
    ),
    Cause(
        id="bad-sequence",
        layer=SERVER,
        message="503 Bad sequence of commands",
        explanation="The server, or a proxy in front of it, does not follow the dialogue of RFC 959.",
        remedy="Probe without the proxy. Check in the server's log which commands arrived.",
        sources=(_REPLIES,),
        next_step="Compare the transcript with the server's log. A command that is missing there was lost on the path.",
        codes=(503,),
        outcomes=(seen.REJECTED,),
        verdict=UNDETERMINED,
    ),
    Cause(
        id="session-cut",
        layer=NETWORK,
        message="The control connection is closed during the dialogue",
        explanation="The server's process died, or a firewall that inspects FTP reset the connection.",
        remedy="Check the server's log of that time. If it shows no end of the session, a device on the path cut the"
        " connection.",
        sources=(_REPLIES,),
        next_step="Capture the control connection on both sides of the MX. The device that sends the RST or FIN cuts"
        " it.",
        outcomes=(seen.CLOSED,),
        verdict=UNDETERMINED,
    ),
    Cause(
        id="dialogue-broken",
        layer=SERVER,
        message="The dialogue failed, and no known cause explains it",
        explanation="The evidence shows the stage.",
        remedy="Check the server's log of that time.",
        sources=(_REPLIES,),
        next_step="Capture the control connection on both sides of the MX.",
        verdict=UNDETERMINED,
    ),
)
