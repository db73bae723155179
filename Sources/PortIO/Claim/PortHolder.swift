// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import EncoderModel
import Foundation

/// Finds out which process uses a device, so that a person reads "ModemManager (812)" and not "busy".
public enum PortHolder {
    /// The process that has the device open: the one with a lock on it before any other. `nil` when nobody has, or when /proc does
    /// not tell a service without privileges.
    public static func process(holding path: String) -> HoldingProcess? {
        var node = stat()
        guard stat(path, &node) == 0 else { return nil }
        guard let pid = locker(of: node) ?? opener(of: node) else { return nil }
        return HoldingProcess(pid: pid, name: name(of: pid))
    }

    /// Another process that has the device open beside this one: a program that asked for no lock reads the answers away.
    public static func process(beside pid: Int32, on path: String) -> HoldingProcess? {
        var node = stat()
        guard stat(path, &node) == 0, let other = opener(of: node, besides: pid) else { return nil }
        return HoldingProcess(pid: other, name: name(of: other))
    }

    /// Whether a process is the program of this name, whatever it calls itself: by its file where that may be seen, else by root or the
    /// service's user owning it.
    public static func isProgram(_ name: String, _ pid: Int32, users: Set<UInt32>) -> Bool {
        if let file = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe") {
            // A program that was updated under a running daemon shows as deleted.
            return file.split(separator: "/").last.map { $0 == name || $0 == "\(name) (deleted)" } ?? false
        }
        var status = stat()
        return stat("/proc/\(pid)", &status) == 0 && users.contains(status.st_uid)
    }

    /// The list is handed out page by page, and a line is missing when others took or gave back their locks between two pages (seq_file in
    /// the kernel): who is not on it is looked for again.
    private static func locker(of node: stat) -> Int32? {
        let file = hex(device_major(node.st_dev)) + ":" + hex(device_minor(node.st_dev)) + ":\(node.st_ino)"
        for _ in 1...3 {
            for line in KernelList.lines("/proc/locks") ?? [] {
                if let pid = locker(of: file, in: line) { return pid }
            }
        }
        return nil
    }

    /// /proc/locks is open to everyone: `1: FLOCK  ADVISORY  WRITE 812 00:18:5 0 EOF`, the device in hex and the inode in decimal.
    private static func locker(of file: String, in line: Substring) -> Int32? {
        let words = line.split(separator: " ")
        guard words.count > 5, words[5] == file, let pid = Int32(words[4]), pid > 0 else { return nil }
        return pid
    }

    /// Looks through the open files of every process that we may look into.
    private static func opener(of node: stat, besides known: Int32? = nil) -> Int32? {
        let pids = entries(of: "/proc").compactMap { Int32($0) }.filter { $0 != known && $0 != getpid() }.sorted()
        return pids.first { pid in
            let folder = "/proc/\(pid)/fd"
            return entries(of: folder).contains { number in
                var file = stat()
                guard stat("\(folder)/\(number)", &file) == 0 else { return false }
                guard file.st_mode & S_IFMT == S_IFCHR, file.st_rdev == node.st_rdev else { return false }
                // Each container numbers its pseudo-terminals from 0: one of the same number elsewhere is another (majors 136 to 143).
                return !(136...143).contains(device_major(node.st_rdev)) || file.st_dev == node.st_dev
            }
        }
    }

    private static func name(of pid: Int32) -> String {
        // A process may call itself anything: a line of printable characters is all that goes on.
        let name = KernelList.lines("/proc/\(pid)/comm")?.first.map { String($0.filter { $0.isASCII && !$0.isNewline }.prefix(64)) }
        return name.flatMap { $0.isEmpty ? nil : $0 } ?? "process \(pid)"
    }

    private static func entries(of folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []  // A process that ended or is not ours to look into.
    }

    private static func hex(_ number: UInt32) -> String { number < 16 ? "0\(String(number, radix: 16))" : String(number, radix: 16) }
}
