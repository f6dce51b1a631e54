# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An MX for the lab: the Dashboard API v1 on one side, nftables on the other.

It shares no code with the collection's plugins, because it is their judge.  Layers, each calling downwards only:

- __main__ starts it, applier alone runs commands, server has the connections, faulty the faults of tests;
- exports is a program of its own, which writes configuration and state from exports of MXs;
- app is the gate before the routes_*, web, query and paging what the routes share, emulator what there is;
- dataplane, with filtering, steering, translation and wiring, is pure: from a state to a script for nft;
- lists, constraints, references, settings, lan, nat_exceptions, views and limiter are pure too, and state but for its
  one file;
- rules, firewall, addresses, policy, layer7, services, warm_spare, faults and config are the shapes of what the API
  takes and of what the role configures.
"""
