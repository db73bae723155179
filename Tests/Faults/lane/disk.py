# SPDX-License-Identifier: Apache-2.0
"""A disk that is full, until ``empty``."""
import pathlib


def fill(folder):
    # Unbuffered: what is still in a buffer would be written once more at the end, and fail there.
    with open(pathlib.Path(folder) / "filler", "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"\0" * 65536)
        except OSError:
            pass  # Full, as it should be.


def empty(folder):
    (pathlib.Path(folder) / "filler").unlink(missing_ok=True)
