// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import Foundation
import Glibc

/// Where a path that a person wrote down leads now, and which folders must be watched to learn when that changes.
struct PathTrail: Hashable, Sendable {
    /// A device node at the end of the path.
    struct Node: Hashable, Sendable {
        var major: UInt32
        var minor: UInt32
        /// Differs when the node or a link on the way was made anew.
        var incarnation: String
    }

    /// `nil` while nothing is there, or something that is no device.
    var node: Node?
    /// Folder -> the names in it that matter.
    var watched: [String: Set<String>] = [:]

    /// Links may point to links, and in a circle.
    private static let longestChain = 16

    init(following path: String) {
        var current = path
        var marks: [String] = []
        for _ in 0..<Self.longestChain {
            guard look(at: current) else { return }
            var file = stat()
            guard lstat(current, &file) == 0 else { return }
            switch file.st_mode & S_IFMT {
            case S_IFLNK:
                guard let target = Self.target(of: current) else { return }
                marks.append("\(target)@\(file.st_ino).\(file.st_ctim.tv_sec).\(file.st_ctim.tv_nsec)")
                current = target.hasPrefix("/") ? target : Self.folder(of: current) + "/" + target
            case S_IFCHR:
                let (major, minor) = (device_major(file.st_rdev), device_minor(file.st_rdev))
                marks.append("\(major):\(minor)@\(file.st_ino)")
                // A pseudo-terminal is made anew with the number and inode of the one before; only its time of change tells. Other nodes
                // get a fresh inode, and udev touches their times whenever it looks at them, so there the time must not count.
                if (136...143).contains(major) { marks.append("\(file.st_ctim.tv_sec).\(file.st_ctim.tv_nsec)") }
                node = Node(major: major, minor: minor, incarnation: marks.joined(separator: " "))
                return
            default: return
            }
        }
    }

    /// Notes what to watch for this path. `false` when already its folder is missing: then the nearest that exists is watched.
    private mutating func look(at path: String) -> Bool {
        var name = Self.name(of: path)
        var folder = Self.folder(of: path)
        var isThere = true
        var file = stat()
        while folder != "/", stat(folder, &file) != 0 {
            isThere = false
            name = Self.name(of: folder)
            folder = Self.folder(of: folder)
        }
        watched[folder, default: []].insert(name)
        return isThere
    }

    private static func target(of link: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = readlink(link, start, buffer.count)
            guard count > 0 else { return nil }
            return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    private static func name(of path: String) -> String {
        String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
