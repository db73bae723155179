#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py [WORD...]: the scenarios whose names contain one of the words, inside the virtual machine (../boot)."""
import sys

import lane
import plugs

plugs.prepare()
import desk  # noqa: E402

desk.mark_all()
import plugging, rules, stripes, faults, endurance, speed  # noqa: E401,E402,F401  (they register their scenarios)

sys.exit(1 if lane.run(sys.argv[1:]) else 0)
