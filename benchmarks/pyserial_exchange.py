# SPDX-License-Identifier: Apache-2.0
"""One anchor: pyserial. Reads a block size from standard input, exchanges that many frames, prints the nanoseconds of each."""
import sys
import time

import serial

port = serial.Serial(sys.argv[1], 115200, timeout=5)
size = int(sys.argv[2])
frame = b"\x55" * size
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        before = time.monotonic_ns()
        port.write(frame)
        got = port.read(size)
        times.append(time.monotonic_ns() - before)
        assert len(got) == size
    print(*times, flush=True)
