// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// The file system below a folder: `/` for this machine, a planted tree for tests. Absence is an answer here and not an error: a
/// file that is not there, or not ours to read, is a fact like another.
public struct SystemRoot: Sendable, Hashable {
    public let path: String

    /// This machine.
    public static let machine = SystemRoot("/")

    public init(_ path: String) { self.path = path == "/" ? "" : path }

    /// Rule files and records are short; whatever claims to be longer is read only so far.
    private static let longest = 4 << 20

    func text(_ file: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: path + file) else { return nil }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: Self.longest) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// The first line, without the blanks around it: how sysfs gives one value.
    func value(_ file: String) -> String? {
        text(file).map { String($0.prefix { !$0.isNewline }).trimmingCharacters(in: .whitespaces) }
    }

    func entries(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path + folder)) ?? []).sorted()
    }

    func exists(_ file: String) -> Bool { access(path + file, F_OK) == 0 }

    /// Where a link points, as it is written.
    func target(_ link: String) -> String? { try? FileManager.default.destinationOfSymbolicLink(atPath: path + link) }

    /// A path with all links in it followed, as seen from inside this root.
    func resolved(_ file: String) -> String? {
        guard let pointer = realpath(path + file, nil) else { return nil }
        defer { free(pointer) }
        let full = String(cString: pointer)
        guard !path.isEmpty else { return full }
        guard let base = realpath(path, nil) else { return nil }
        defer { free(base) }
        return full.hasPrefix(String(cString: base)) ? String(full.dropFirst(strlen(base))) : nil
    }

    func status(_ file: String) -> stat? {
        var found = stat()
        return stat(path + file, &found) == 0 ? found : nil
    }
}
