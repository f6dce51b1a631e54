#!/usr/bin/python
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ftp_probe
short_description: Test an FTP service with real transfers in every mode, and name the fault
version_added: 0.1.0
author:
  - mxlab.ftp contributors (@mxlab-ftp)
description:
  - Logs in to an FTP server from the host that the task runs on, and tries each mode under each protection (a cell) in
    a session of its own. Uploads random bytes, downloads them, compares them and deletes the file.
  - Reports for each cell what was seen, and for each fault which layer causes it and which setting fixes it.
  - A mode that does not work does not fail the task. Check RV(passed).
options:
  host:
    description:
      - Name or IP address that clients use for the server. The server's certificate must be valid for it.
      - A name is resolved once, for all modes. If it has an IPv4 and an IPv6 address, V(EPSV) and V(EPRT) also run
        over IPv6, provided that this host has a route. To leave IPv6 out, set the IPv4 address.
    type: str
    required: true
  port:
    description: Control port.
    type: int
    default: 21
  user:
    description: User to log in with. The user must be allowed to write, read and delete files.
    type: str
    required: true
  password:
    description: Password of O(user). The result masks it, even where the server repeats it.
    type: str
    required: true
  modes:
    description:
      - Modes to try. They run at the same time, but with O(passive_ports) at most half as many as the range has ports.
      - V(PASV) connects to the address that the server announces, as clients do that trust the reply.
      - V(PASV-peer) connects to the address of the control connection instead, as most current clients do.
      - V(EPSV) and V(EPRT) are the commands of RFC 2428, V(PORT) is the one of RFC 959.
      - V(passive) stands for V(PASV), V(PASV-peer) and V(EPSV), V(active) for V(PORT) and V(EPRT), as in the variable
        C(ftp_modes).
    type: list
    elements: str
    choices: [passive, active, PASV, PASV-peer, EPSV, PORT, EPRT]
    default: [passive, active]
  tls:
    description:
      - How TLS begins on O(port).
      - V(explicit) is C(AUTH TLS) of RFC 4217, V(implicit) is TLS from the first byte, as on port 990.
    type: str
    choices: [disabled, explicit, implicit]
    default: disabled
    version_added: 0.2.0
  protection:
    description:
      - Protections to try each mode under.
      - V(clear) uses no TLS, V(C) protects the control connection only, V(P) both connections. V(C) and V(P) need
        O(tls). V(clear) does not work with O(tls=implicit).
      - The default is V(P) with TLS, because a server may require TLS, and V(clear) without.
      - Data connections of V(P) resume the TLS session of the control connection, which many servers require.
    type: list
    elements: str
    choices: [clear, C, P]
    version_added: 0.2.0
  validate_certs:
    description:
      - Whether to end a cell before the login if this host does not trust the certificate, or if the certificate is not
        valid for O(host).
      - If V(false), the probe reports the same in RV(tls) and continues. It then sends the password to a server that
        it has not verified.
    type: bool
    default: false
    version_added: 0.2.0
  directory:
    description: Directory to change to after the login, as the user sees it.
    type: str
  size:
    description: Bytes to transfer in each direction, 1 to 16777216.
    type: int
    default: 65536
  timeout:
    description:
      - Seconds, up to 300, for one operation, that is a connection, a reply or a transfer.
      - A cell ends with the first operation that takes longer, or after twelve times this timeout in total.
      - Set more than 3. A router needs about 3 seconds to report that no host has an address.
    type: float
    default: 5
  public_address:
    description:
      - IPv4 address that the server should announce.
      - Data connections use only this address and that of the control connection. O(lan_address) is not used, because
        it may belong to another host where the probe runs.
    type: str
  passive_ports:
    description:
      - Passive range that the server and the MX should use, such as V(61000-61099).
      - If set, the probe also connects to its first and its last port.
    type: str
  lan_address:
    description: IPv4 address of the server in its LAN. Findings use it to recognize this address in replies.
    type: str
  uplink:
    description:
      - Uplink of the MX that O(public_address) should belong to, as C(uplink) of an endpoint in
        M(mxlab.ftp.mx_ftp_rules). RV(findings[].changes) can then name it.
    type: str
    version_added: 0.2.0
  active_address:
    description:
      - IPv4 address that V(PORT) and V(EPRT) announce.
      - Defaults to this host's address on the control connection.
    type: str
  range_check:
    description:
      - Which ports of O(passive_ports) to connect to.
      - V(edges) are the first and the last port. V(full) are all ports, at most 4096, 64 at a time, after the modes.
        One session then also asks for port after port, see RV(announced).
    type: str
    choices: [edges, full]
    default: edges
    version_added: 0.2.0
  exhaust:
    description:
      - Whether to open more and more sessions that each hold a port of O(passive_ports), until the server refuses or
        has announced more ports than the range has. See RV(exhaustion).
      - Other clients get no port during this test. The range may have at most 256 ports.
    type: bool
    default: false
    version_added: 0.2.0
  trials:
    description:
      - Optional checks. Each is a session that differs from a mode's in one point, and gives an entry in RV(trials).
      - V(no-reuse) does not resume the TLS session on data connections.
      - V(epsv-all) sends C(EPSV ALL). The server must then refuse C(PASV) (RFC 2428).
      - V(ccc) returns to clear text after the login (RFC 4217), as needed by firewalls that read FTP commands.
      - V(low-port) asks the server to connect to port 1023 of this host (RFC 2577).
      - V(bounce) asks the server to connect to O(foreign_address), where this host listens.
      - V(foreign-peer) makes the data connection from O(foreign_address).
      - V(sessions) makes three data connections with TLS 1.2 alone, and three with TLS 1.3 alone. Each offers the TLS
        session of its control connection, see RV(cells[].sessions). If a server refuses a data connection with C(425)
        or C(522) after the handshake, the probe tries V(sessions) even without this option. V(sessions) is available
        since mxlab.ftp 1.1.0.
    type: list
    elements: str
    choices: [no-reuse, epsv-all, ccc, low-port, bounce, foreign-peer, sessions]
    default: []
    version_added: 0.2.0
  long_transfer:
    description:
      - Seconds, up to 7500, that one more upload lasts under each of O(protection) with which a mode works. V(0) leaves
        it out.
      - A byte a second keeps its data connection in use, while its control connection is idle, as during the transfer
        of a large file. NAT routers and firewalls that forget idle connections then lose the server's last reply.
      - A second session does the same at the same time, but keeps its control connection in use with TCP keepalives,
        every 60 seconds or four times. If only this one works, the idle connection is the cause. Both have an entry in
        RV(trials).
      - Set it as long as the longest transfer takes. RFC 5382 asks NAT routers to keep idle connections for at least
        7440 seconds, but some forget them after a few minutes.
    type: int
    default: 0
    version_added: 0.2.0
  foreign_address:
    description:
      - A second IPv4 address of the host that runs the probe. The server must be able to reach it. It plays the part of
        another host.
    type: str
    version_added: 0.2.0
  follow_foreign_address:
    description:
      - Whether to connect in V(PASV) to any address that the server announces, even if it may belong to another host.
      - Use it in a LAN where the server announces another address of its own on purpose.
    type: bool
    default: false
    version_added: 0.2.0
attributes:
  check_mode:
    description: Can run in check mode.
    support: partial
    details: In check mode the task is skipped, connects to no server and returns no verdict.
  diff_mode:
    description: Returns details on what has changed when in diff mode.
    support: none
    details: The module changes nothing.
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
    details: The module reports no change. It deletes its files, over a second connection if the first one breaks.
notes:
  - A file C(ftp_probe-*.tmp) remains if the server stops answering during a transfer, or refuses C(DELE).
  - Connecting to a port of O(passive_ports) can disturb the transfer of another client that waits on this port.
  - Without TLS the password crosses the network in clear text. Use an account for the probe only.
  - The modes run at the same time. A cell whose refusal may be due to that, such as C(421), is tried again alone.
requirements:
  - Python 3.9 or newer on the host that runs the task. Only its standard library is used.
"""

EXAMPLES = r"""
- name: Probe the FTP service from the Internet
  mxlab.ftp.ftp_probe:
    host: "{{ ftp_public_address }}"
    port: "{{ ftp_control_port }}"
    user: "{{ ftp_probe_user }}"
    password: "{{ ftp_probe_password }}"
    public_address: "{{ ftp_public_address }}"
    passive_ports: "{{ ftp_passive_ports }}"
    lan_address: "{{ ftp_lan_address }}"
    uplink: internet1
  delegate_to: "{{ ftp_probe_from }}"
  register: probe
  failed_when: probe is not skipped and not probe.passed

- name: Show the result
  ansible.builtin.debug:
    var: probe.table

- name: Try all modes in clear text, with PROT C and with PROT P, and test whether TLS sessions must be resumed
  mxlab.ftp.ftp_probe:
    host: ftp.example.com
    user: probe
    password: "{{ ftp_probe_password }}"
    tls: explicit
    protection: [clear, C, P]
    trials: [no-reuse, sessions]

- name: Find out why old clients hang after the login, with a large file in a directory of its own
  mxlab.ftp.ftp_probe:
    host: ftp.example.com
    user: probe
    password: "{{ ftp_probe_password }}"
    modes: [PASV]
    directory: /incoming
    size: 16777216
    timeout: 30

- name: Probe active modes with implicit TLS from behind NAT, and send no password to an unverified server
  mxlab.ftp.ftp_probe:
    host: ftp.example.com
    port: 990
    user: probe
    password: "{{ ftp_probe_password }}"
    modes: [active]
    tls: implicit
    validate_certs: true
    active_address: 198.51.100.7

- name: Test each passive port, what happens when the range is full, and whether data from another host is refused
  mxlab.ftp.ftp_probe:
    host: ftp.example.com
    user: probe
    password: "{{ ftp_probe_password }}"
    public_address: 203.0.113.13
    lan_address: 192.168.128.13
    passive_ports: 61000-61099
    range_check: full
    exhaust: true
    trials: [bounce, foreign-peer]
    foreign_address: 198.51.100.8

- name: Find out whether a transfer of ten minutes would lose its control connection on the way
  mxlab.ftp.ftp_probe:
    host: ftp.example.com
    user: probe
    password: "{{ ftp_probe_password }}"
    long_transfer: 600

- name: Probe from the LAN a server that announces a second address of its own
  mxlab.ftp.ftp_probe:
    host: 192.168.128.13
    user: probe
    password: "{{ ftp_probe_password }}"
    modes: [PASV]
    follow_foreign_address: true
"""

RETURN = r"""
passed:
  description: Whether every mode passed and there is no finding.
  returned: when not in check mode
  type: bool
  sample: false
cells:
  description: One entry for each mode under each protection, and over each IP version.
  returned: when not in check mode
  type: list
  elements: dict
  contains:
    mode:
      description: The mode.
      type: str
      sample: PASV
    verdict:
      description:
        - V(passed), V(failed), or V(undetermined) if the evidence shows neither.
        - If the server does not know C(EPSV) or C(EPRT), the mode is V(undetermined). RFC 2428 is an extension over
          IPv4, and clients fall back.
      type: str
      sample: failed
    evidence:
      description: How far the session came and what was seen there.
      type: str
      sample: called at 203.0.113.13:21; data connection offered at 192.168.128.13:61042
    protection:
      description: One of V(clear), V(C) and V(P).
      type: str
      sample: clear
    stage:
      description:
        - Where the session ended, one of V(control), V(greeting), V(tls), V(login), V(protection), V(directory),
          V(type), V(announce), V(data), V(data-tls), V(upload), V(download), V(reply), V(compare) and V(delete).
        - V(reply) means that all of the file has arrived, since both sides have ended the data connection, but that the
          server's final reply has not.
      type: str
      sample: data
    outcome:
      description:
        - How it ended there. V(ok) only if the cell passed.
        - V(broken) means that the data connection was reset and that no reply says why.
        - V(overlong) means that a reply was longer than the probe reads, V(privileged) that the server announced a port
          below 1024, to which the probe does not connect.
      type: str
      sample: foreign
    code:
      description: Code of the server's last complete reply, 0 if there was none.
      type: int
      sample: 227
    tls_version:
      description: TLS version of the control connection. Empty in clear.
      type: str
      sample: TLSv1.3
    data_tls_version:
      description: TLS version of the data connections. Empty in clear.
      type: str
      sample: TLSv1.3
    session_reused:
      description: Whether the data connections resumed the control connection's TLS session. Null without TLS on them.
      type: bool
      sample: true
    sessions:
      description:
        - The TLS session of each data connection, in their order. Empty without TLS on them.
        - A data connection whose handshake did not end has no entry.
      type: list
      elements: dict
      version_added: 1.1.0
      contains:
        command:
          description: What the data connection was for, C(STOR) or C(RETR).
          type: str
          sample: STOR
        offered:
          description:
            - Whether the probe offered the session of the control connection.
            - V(false) in the trial V(no-reuse), if the server has given the probe no session that can be resumed, and
              if that session has expired.
          type: bool
          sample: true
        resumed:
          description: Whether the server resumed the session.
          type: bool
          sample: true
        code:
          description: Code of the server's last reply to the command.
          type: int
          sample: 226
        expired:
          description:
            - Whether the lifetime of the session's ticket, which the server sets, was over.
            - With TLS 1.3, a client must not offer the ticket then. V(false) with TLS 1.2.
          type: bool
          sample: false
    idle:
      description:
        - Seconds that the control connection was idle during the upload. V(0) without O(long_transfer), and in
          RV(cells).
      type: float
      sample: 0.0
    keepalive:
      description: Seconds between the TCP keepalives on that connection in the trial V(kept-alive), otherwise V(0).
      type: int
      sample: 0
    retried:
      description: Whether this is a second try, alone, after a refusal that may have been due to the other cells.
      type: bool
      sample: true
    control_address:
      description: Address of the server on the control connection.
      type: str
      sample: 203.0.113.13
    data_address:
      description: Address that a client in this mode connects to, or the probe announced in active modes. May be empty.
      type: str
      sample: 192.168.128.13
    data_port:
      description: Port at RV(cells[].data_address), or 0.
      type: int
      sample: 61042
    data_peer:
      description: In active modes, address and source port of the last data connection. Empty if none came.
      type: str
      sample: 203.0.113.13:20
    replies:
      description: All lines that the server sent on the control connection, masked and with control characters escaped.
      type: list
      elements: str
      sample: ["220 (vsFTPd 3.0.5)", "331 Please specify the password."]
    transcript:
      description:
        - All lines on the control connection, with their time in seconds since 1970 and their sender.
        - The sender is V(client), V(server), or V(dropped) for text that came in clear right behind the reply to
          C(AUTH TLS) and was not taken for a reply.
        - After a refusal, the probe sends C(PWD), to find out whether replies fit the commands. The sender of the
          replies to it is V(check).
      type: list
      elements: dict
      contains:
        at:
          description: When, in seconds since 1970.
          type: float
          sample: 1767225600.25
        sender:
          description: Who sent the line.
          type: str
          sample: client
        text:
          description: The line.
          type: str
          sample: PASS ********
range:
  description: Outcomes of connections to ports of O(passive_ports). Empty without that option.
  returned: when not in check mode
  type: list
  elements: dict
  contains:
    port:
      description: The port.
      type: int
      sample: 61099
    outcome:
      description:
        - V(refused) proves that the port is forwarded. A host answered that nothing listens on it.
        - V(timeout) means that the connection is dropped on its way.
        - Others are V(open), V(unreachable) (a router reports it), V(no-neighbour) (no host on the probe's link answers
          for the address), V(no-route) and V(closed).
      type: str
      sample: timeout
findings:
  description:
    - One entry for each cause that the evidence shows, except causes that another finding explains. Empty if there is
      none.
    - C(TROUBLESHOOTING.md) of this collection lists all findings, by their RV(findings[].message).
  returned: when not in check mode
  type: list
  elements: dict
  contains:
    id:
      description: Name of the cause.
      type: str
      sample: private-address-announced
    layer:
      description:
        - Layer of the fault, one of V(server), V(MX), V(ALG) (a gateway that reads or changes FTP), V(network),
          V(client), V(TLS) and V(login).
      type: str
      sample: server
    message:
      description: What is wrong, in one line.
      type: str
      sample: 227 announces a private address
    modes:
      description:
        - Cells that show the cause, as in RV(table), such as V(PASV), V(PASV C), V(EPSV6 P). May be empty.
        - The uploads of O(long_transfer) are named like cells, such as V(PASV P long-transfer).
      type: list
      elements: str
      sample: [PASV]
    evidence:
      description: What was seen.
      type: list
      elements: str
      sample: ["PASV: called at 203.0.113.13:21; data connection offered at 192.168.128.13:61042"]
    explanation:
      description: What the evidence means.
      type: str
      sample: The server announces an address that clients on the Internet cannot reach.
    remedy:
      description:
        - Variable, option or rule to change. If the probe recognizes the server, it uses that server's own names.
        - A remedy that weakens security is named only if the evidence proves the cause. It begins with C(Weakens
          security), and its price follows.
      type: str
    changes:
      description: Settings of this collection that fix the fault. May be empty.
      type: list
      elements: dict
      contains:
        scope:
          description:
            - V(role) for a variable of the server's role, V(endpoint) for a field of the endpoint in
              M(mxlab.ftp.mx_ftp_rules), which then writes the rules, even if there were none, V(probe) for an option
              of this module.
          type: str
          sample: role
        option:
          description: Name of the variable, field or option.
          type: str
          sample: vsftpd_masquerade_address
        value:
          description: What to set it to.
          type: raw
          sample: 203.0.113.13
        add:
          description: Whether to add RV(findings[].changes[].value), a list or a dictionary, to the present value.
          type: bool
          sample: false
    next_step:
      description: What to measure next if the evidence is not sufficient. May be empty.
      type: str
      sample: Probe with protection P, which no ALG can read.
    sources:
      description: Sources of the facts.
      type: list
      elements: str
      sample: ["vsftpd.conf(5): pasv_address"]
    url:
      description: Address of the page about this finding.
      type: str
      version_added: 1.0.0
      sample: https://example.com/mxlab/ftp/docs/causes/private-address-announced.html
trials:
  description:
    - One entry for each of O(trials) that could be tried, two for V(sessions), and two under each protection for
      O(long_transfer), with the keys of RV(cells) except the verdict.
    - An entry of V(sessions) has the version of TLS in C(tls_version). If the server does not speak this
      version, its stage is V(tls), and its outcome that of RV(tls.versions).
    - If a transfer or a TLS handshake stalls, the probe tries it once more under each protection, with TCP segments of
      at most 536 bytes. This finds paths that lose large packets.
  returned: when not in check mode
  type: list
  elements: dict
  contains:
    variant:
      description:
        - The trial, or V(long-transfer) and V(kept-alive) for O(long_transfer), or V(small-packets).
        - RV(trials[].stage) V(delete) with RV(trials[].outcome) V(ok) means that all transfers succeeded.
        - The outcome V(ignored) at V(announce) means that the server accepted what it should refuse.
      type: str
      sample: no-reuse
    stage:
      description: Where the trial ended.
      type: str
      sample: upload
    outcome:
      description: How the trial ended.
      type: str
      sample: rejected
    code:
      description: Code of the last reply.
      type: int
      sample: 522
tls:
  description: The server's TLS. Empty without O(tls), and if no cell got past the greeting.
  returned: when not in check mode
  type: dict
  contains:
    certificate:
      description: The server's certificate, and whether it is valid now for O(host). Empty if there was none.
      type: dict
      sample:
        subject: CN=ftp.example.com
        issuer: CN=Example CA
        names: [ftp.example.com]
        not_before: "2026-01-01T00:00:00Z"
        not_after: "2027-01-01T00:00:00Z"
        expired: false
        not_yet_valid: false
        self_signed: false
        name_matches: true
    trusted:
      description: Whether this host trusts the certificate for O(host). Null if the probe could not find out.
      type: bool
      sample: false
    trust_error:
      description: Why this host does not trust it, as OpenSSL reports it.
      type: str
      sample: certificate has expired
    versions:
      description:
        - Outcome of a handshake with each version alone. V(ok), V(no-tls) if the server refuses it, V(unsupported) if
          this host does not support it, or V(rejected), V(closed), V(timeout).
      type: dict
      sample: {"TLSv1": "no-tls", "TLSv1.1": "no-tls", "TLSv1.2": "ok", "TLSv1.3": "ok"}
server:
  description: The server's greeting, and its replies to C(FEAT) and C(SYST).
  returned: when not in check mode
  type: dict
  sample:
    greeting: ["220 (vsFTPd 3.0.5)"]
    features: ["211-Features:", " EPRT", " EPSV", "211 End"]
    system: ["215 UNIX Type: L8"]
announced:
  description: Ports announced to one session, in their order, at most 200. Empty without O(range_check=full).
  returned: when not in check mode
  type: list
  elements: int
  sample: [61042, 61007, 61093]
exhaustion:
  description: How O(exhaust) ended. Empty without it.
  returned: when not in check mode
  type: dict
  contains:
    inside:
      description: Ports of O(passive_ports) that were announced.
      type: list
      sample: [61000, 61001]
      elements: int
    outside:
      description: Announced ports outside O(passive_ports). The server leaves its range when that is full.
      type: list
      sample: [40123]
      elements: int
    stage:
      description: Where the last session ended. V(greeting) and V(login) show that a limit of clients came first.
      type: str
      sample: announce
    outcome:
      description: How the last session ended. V(closed) means that the server closed it.
      type: str
      sample: rejected
    code:
      description: Code of the last reply.
      type: int
      sample: 425
    reply:
      description: Last line of this reply.
      type: str
      sample: 425 All reserved TCP ports are busy
table:
  description: Cell, verdict and evidence as lines of text of at most 100 characters.
  returned: when not in check mode
  type: list
  elements: str
  sample: ["PASV       failed        called at 203.0.113.13:21; data connection offered at 192.168.128.13:61042"]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mxlab.ftp.plugins.module_utils._python import require_python

require_python()

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.probe import probe
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.options import ARGUMENT_SPEC, refuse_bad


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    try:
        refuse_bad(module.params)
        if module.check_mode:
            module.exit_json(changed=False, skipped=True, msg="nothing is contacted in check mode")
        module.exit_json(changed=False, **probe(module.params))
    except ValueError as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
