#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py: the life of the Debian package under the real systemd, from installation to purge, inside the virtual machine (../boot --systemd).

DEB is the package, DEB_BEFORE one with a lower version. Each scenario begins where the one before ended, so all are played."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scenarios"))
os.environ.setdefault("ENCODER_BRIDGE", "/usr/bin/encoder-bridge")
import lane  # noqa: E402
import plugs  # noqa: E402

import package  # noqa: E402,F401  (it registers its scenarios)

plugs.prepare()
sys.exit(1 if lane.run([]) else 0)
