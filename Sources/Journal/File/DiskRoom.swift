// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What the disk itself says before a write has to fail: no room, or not writable.
enum DiskRoom {
    /// Less than this, and the next orders meet a full disk.
    private static let least: UInt64 = 256 * 1024
    /// Less than this is worth a word: logs fill such a disk within days.
    private static let little: UInt64 = 50 * 1024 * 1024

    static func problem(of path: String) -> HealthProblem? {
        var space = statvfs()
        guard statvfs(path, &space) == 0 else { return nil }
        if space.f_flag & UInt(ST_RDONLY) != 0 {
            return HealthProblem(
                .disk, subject: "space",
                "the disk that holds the journal \(path) is mounted read-only, no order can be kept: look at `journalctl -k`, "
                    + "then `mount -o remount,rw`")
        }
        let free = UInt64(space.f_bavail) * UInt64(space.f_frsize)
        let room = "the disk that holds the journal \(path) has only \(free / 1024) kB left: make room on it"
        if free < least { return HealthProblem(.disk, subject: "space", room) }
        // A small disk is small on purpose.
        let whole = UInt64(space.f_blocks) * UInt64(space.f_frsize)
        return free < little && whole > little * 4 ? HealthProblem(.disk, subject: "space", weight: .note, room) : nil
    }
}
