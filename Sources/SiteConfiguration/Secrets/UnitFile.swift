// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The service's unit as systemd reads it, as far as its credentials go.
public enum UnitFile {
    /// Where systemd looks for units; the first wins.
    public static let folders = [
        "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
    ]

    /// `LoadCredential=NAME:PATH`, with what drop-ins add and take away (`LoadCredential=` empties the list).
    static func credentials(of unit: String, in folders: [String]) -> [String: String] {
        var files = folders.map { "\($0)/\(unit)" }.first { FileManager.default.fileExists(atPath: $0) }.map { [$0] } ?? []
        // A drop-in of one name exists once, in the folder that wins; they are read in the order of their names.
        var dropIns: [String: String] = [:]
        for folder in folders.reversed().map({ "\($0)/\(unit).d" }) {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasSuffix(".conf") {
                dropIns[name] = "\(folder)/\(name)"
            }
        }
        files += dropIns.sorted { $0.key < $1.key }.map(\.value)
        var found: [String: String] = [:]
        for line in files.flatMap({ ((try? String(contentsOfFile: $0, encoding: .utf8)) ?? "").split(whereSeparator: \.isNewline) }) {
            let halves = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, halves[0].trimmingCharacters(in: .whitespaces) == "LoadCredential" else { continue }
            let value = halves[1].trimmingCharacters(in: .whitespaces)
            if value.isEmpty { found = [:] }
            let parts = value.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[1].hasPrefix("/") { found[String(parts[0])] = String(parts[1]) }
        }
        return found
    }
}
