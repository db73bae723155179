// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The files of this project, as they are on the disk.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardizedFileURL

    struct File: CustomStringConvertible {
        /// From the root: `Sources/Framing/FrameCodec.swift`.
        let path: String
        let text: String
        /// Lines count from 1: the first is `lines[0]`.
        let lines: [String]
        var description: String { path }

        init(path: String, text: String) {
            self.path = path
            self.text = text
            lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
    }

    static func file(_ path: String) throws -> File {
        File(path: path, text: try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8))
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
    }

    /// All Swift files below a folder.
    static func swiftFiles(in folder: String) throws -> [File] {
        try paths(in: folder).filter { $0.hasSuffix(".swift") }.map(file)
    }

    /// Every file that is kept: what is built, fetched or belongs to git is not.
    static func allPaths() throws -> [String] {
        let root = Self.root.path
        return try FileManager.default.contentsOfDirectory(atPath: root).sorted().flatMap { name -> [String] in
            if name == ".git" || name.hasPrefix(".build") || name == "Package.resolved" || name == "vm-out" || name == "__pycache__" {
                return []
            }
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: root + "/" + name, isDirectory: &isFolder) else { return [] }
            return isFolder.boolValue ? try paths(in: name) : [name]
        }
    }

    static func paths(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent(folder).path).sorted()
            .filter { !$0.contains("__pycache__") }.map { folder + "/" + $0 }
            .filter { path in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder)
                    && !isFolder.boolValue
            }
    }
}

/// Swift text with comments and the inside of strings blanked, so that a rule sees code only. Lines stay where they are.
/// Knows `//`, nested `/* */`, strings of one and several lines and raw strings; code inside `\( )` is blanked with its string.
func codeOnly(_ text: String) -> String {
    var result: [Character] = []
    var rest = Array(text)[...]
    func blank(_ count: Int) {
        for letter in rest.prefix(count) { result.append(letter == "\n" ? "\n" : " ") }
        rest = rest.dropFirst(count)
    }
    func starts(_ word: String) -> Bool { rest.starts(with: word) }
    while let letter = rest.first {
        if starts("//") {
            blank(rest.prefix(while: { $0 != "\n" }).count)
        } else if starts("/*") {
            var depth = 0
            repeat {
                if starts("/*") { depth += 1; blank(2) } else if starts("*/") { depth -= 1; blank(2) } else { blank(1) }
            } while depth > 0 && !rest.isEmpty
        } else if letter == "\"" || letter == "#" && rest.drop(while: { $0 == "#" }).first == "\"" {
            let hashes = String(repeating: "#", count: rest.prefix(while: { $0 == "#" }).count)
            let quote = rest.dropFirst(hashes.count).starts(with: "\"\"\"") ? "\"\"\"" : "\""
            blank(hashes.count + quote.count)
            while !rest.isEmpty, !starts(quote + hashes) {
                if quote == "\"" && starts("\n") { break }
                blank(starts("\\" + hashes) ? 2 + hashes.count : 1)
            }
            blank(quote.count + hashes.count)
        } else {
            result.append(letter)
            rest = rest.dropFirst()
        }
    }
    return String(result)
}
