# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of MX rules that publish FTP, in the order in which they are read and shown.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._rules.inbound import InboundFirewall
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import RuleKind
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.one_to_many import OneToManyNat
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.one_to_one import OneToOneNat
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.port_forwarding import PortForwarding

KINDS: tuple[RuleKind, ...] = (OneToOneNat(), OneToManyNat(), PortForwarding(), InboundFirewall())
