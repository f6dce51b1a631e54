# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An MX for the lab: the Dashboard API v1 on one side, nftables on the other.

It shares no code with the collection's plugins, because it is their judge.  Layers, each calling downwards only:

- __main__ starts it, applier alone runs commands;
- app has the routes, paging, request_log and emulator what they share;
- dataplane, state, settings, constraints, limiter and views are pure but for the one file of the state;
- rules and config are the shapes of what the API takes and of what the role configures.
"""
