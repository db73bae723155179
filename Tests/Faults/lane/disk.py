# SPDX-License-Identifier: Apache-2.0
"""A disk that is full, until ``empty``; and one on a loop device of its own, which the kernel makes read-only, or which hangs."""
import pathlib
import subprocess


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


class Loop:
    """A real ext4 in a file. ``fails``: the kernel finds it broken and lets nobody write to it any more, until it is mounted anew, as after
    a restart of the machine. ``hangs``: every write waits until ``goes_on``, as on a disk that does not answer."""

    def __init__(self, image, folder):
        self._image, self._folder = str(image), str(folder)
        subprocess.run(["truncate", "-s", "32M", self._image], check=True)
        subprocess.run(["mkfs.ext4", "-q", "-F", self._image], check=True)
        self.mount()

    def mount(self):
        subprocess.run(["mount", "-o", "loop,errors=remount-ro", self._image, self._folder], check=True)
        source = subprocess.run(["findmnt", "-no", "SOURCE", self._folder], check=True, capture_output=True, text=True).stdout
        self._name = pathlib.Path(source.strip()).name

    def unmount(self):
        subprocess.run(["umount", "-l", self._folder], check=True)

    def fails(self):
        (pathlib.Path("/sys/fs/ext4") / self._name / "trigger_fs_error").write_text("test")

    def repair(self):
        # Status 1: it was broken, and is not any more.
        claimed = subprocess.run(["fsck.ext4", "-fy", self._image], check=False, capture_output=True)
        assert claimed.returncode in (0, 1), claimed.stdout

    def hangs(self):
        subprocess.run(["fsfreeze", "--freeze", self._folder], check=True)

    def goes_on(self):
        subprocess.run(["fsfreeze", "--unfreeze", self._folder], check=True)
