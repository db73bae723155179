// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import EncoderModel
import Glibc

/// Tells when paths that a person wrote down may lead somewhere else: inotify on the folders they go through, no polling.
final class PathWatcher {
    private let paths: [String]
    private let inotify: Descriptor
    /// Watch number -> its folder, and the names in it that matter.
    private var folders: [Int32: (folder: String, names: Set<String>)] = [:]
    private(set) var trails: [String: PathTrail] = [:]

    init(_ paths: [String]) throws(SystemError) {
        self.paths = paths
        inotify = Descriptor(try systemCall("inotify_init1") { inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK)) })
    }

    var descriptor: Int32 { inotify.pollNumber }

    /// Follows the paths again and watches where they go now.
    func refresh() throws(SystemError) {
        // What is made between the look and the watch would be missed: so look again until there was nothing new to watch.
        while true {
            trails = Dictionary(paths.map { ($0, PathTrail(following: $0)) }) { first, _ in first }
            var wanted: [String: Set<String>] = [:]
            for trail in trails.values { wanted.merge(trail.watched) { $0.union($1) } }
            if try watch(wanted) { continue }
            return
        }
    }

    /// Takes what is waiting; whether any of it concerns the paths.
    func drain() throws(SystemError) -> Bool {
        var concerned = false
        while let events = try nextEvents() {
            for event in events {
                if event.mask & UInt32(IN_IGNORED) != 0 { folders[event.watch] = nil }
                let named = folders[event.watch]?.names.contains(event.name) ?? false
                // Something happened to a folder itself (moved, removed), or events were lost.
                if named || event.name.isEmpty { concerned = true }
            }
        }
        return concerned
    }

    /// Whether a folder is watched that was not before.
    private func watch(_ wanted: [String: Set<String>]) throws(SystemError) -> Bool {
        var grown = false
        var kept: [Int32: (folder: String, names: Set<String>)] = [:]
        for (folder, names) in wanted {
            let mask = UInt32(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
            // Asking again for a folder that is watched gives the same number; a folder made anew gives another.
            let number = try? inotify.call("inotify_add_watch") { inotify_add_watch($0, folder, mask) }
            guard let number else { continue }  // Gone in this moment, or not ours to read: its own parent tells if that changes.
            if folders[number] == nil, kept[number] == nil { grown = true }
            kept[number] = (folder, names.union(kept[number]?.names ?? []))
        }
        for number in folders.keys where kept[number] == nil {
            _ = inotify.failure(of: "inotify_rm_watch") { inotify_rm_watch($0, number) }  // May be gone with its folder.
        }
        folders = kept
        return grown
    }

    private struct Event {
        var watch: Int32
        var mask: UInt32
        var name: String
    }

    private func nextEvents() throws(SystemError) -> [Event]? {
        do throws(SystemError) {
            return try withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer throws(SystemError) -> [Event]? in
                let count = try inotify.call("read") { read($0, buffer.baseAddress, buffer.count) }
                return Self.events(in: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        } catch {
            if error.code == EAGAIN { return nil }
            throw error
        }
    }

    /// A header of 16 bytes and a name, filled up with zeros, after each other.
    private static func events(in bytes: UnsafeRawBufferPointer) -> [Event] {
        var events: [Event] = []
        var start = 0
        while start + 16 <= bytes.count {
            let length = Int(bytes.loadUnaligned(fromByteOffset: start + 12, as: UInt32.self))
            guard start + 16 + length <= bytes.count else { break }
            let name = bytes[(start + 16)..<(start + 16 + length)].prefix { $0 != 0 }
            events.append(
                Event(
                    watch: bytes.loadUnaligned(fromByteOffset: start, as: Int32.self),
                    mask: bytes.loadUnaligned(fromByteOffset: start + 4, as: UInt32.self),
                    name: String(decoding: name, as: UTF8.self)))
            start += 16 + length
        }
        return events
    }
}
