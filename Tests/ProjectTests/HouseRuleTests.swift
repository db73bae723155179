// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What every file keeps to.
@Suite struct HouseRuleTests {
    /// Longer files, each with its reason.
    private static let longFiles: [String: String] = [:]
    private static let mostLines = 300

    /// What stops the whole bridge, or lets the compiler look away, needs a comment `// reason:` on the line above.
    @Test func traps_haveAReason() throws {
        let traps = [
            "try!", "fatalError(", "preconditionFailure(", "@unchecked Sendable", "nonisolated(unsafe)", " as! ", "unsafeBitCast(",
        ]
        for file in try Repository.swiftFiles(in: "Sources") {
            let code = codeOnly(file.text).split(separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in code.enumerated() {
                for trap in traps where line.contains(trap) {
                    let above = index > 0 ? file.lines[index - 1].trimmingCharacters(in: .whitespaces) : ""
                    if !above.hasPrefix("// reason:") {
                        Issue.record(
                            """
                            \(file):\(index + 1): '\(trap.trimmingCharacters(in: .whitespaces))' can stop the bridge or hide a race: \
                            throw a fault instead, or write `// reason:` on the line above
                            """)
                    }
                }
            }
        }
    }

    /// Time is handed in (docs/decisions/0010), or no test could let it pass.
    @Test func clocks_areReadInOnePlace() throws {
        let clocks = ["Date()", ".now ", ".now)", ".now,", ".now\n", "Task.sleep", "ContinuousClock().", "Thread.sleep", "usleep("]
        for folder in ["Sources/BridgeCore", "Sources/DriverKit", "Sources/Journal"] {
            for file in try Repository.swiftFiles(in: folder) {
                for (index, line) in codeOnly(file.text).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                    var rest = String(line) + "\n"
                    for ours in ["time.now", "Timekeeper.system.now", "self.now ="] { rest = rest.replacing(ours, with: "") }
                    for clock in clocks where rest.contains(clock) {
                        Issue.record("\(file):\(index + 1): '\(clock)' reads a clock of its own: take a Timekeeper")
                    }
                }
            }
        }
    }

    @Test func swiftFiles_beginWithTheirLicence() throws {
        for file in try Repository.swiftFiles(in: "Sources") + Repository.swiftFiles(in: "Tests") {
            if file.lines.first != "// SPDX-License-Identifier: Apache-2.0" {
                Issue.record("\(file): write `// SPDX-License-Identifier: Apache-2.0` into the first line")
            }
        }
    }

    @Test func swiftFiles_areShort() throws {
        for file in try Repository.swiftFiles(in: "Sources") + Repository.swiftFiles(in: "Tests") {
            let isLong = file.lines.count > Self.mostLines
            if isLong, Self.longFiles[file.path] == nil {
                Issue.record("\(file): \(file.lines.count) lines: split it by what it is about, at most \(Self.mostLines) lines a file")
            }
            if !isLong, Self.longFiles[file.path] != nil { Issue.record("\(file) is short again: take it off the list in HouseRuleTests") }
        }
    }

    /// What every author of a driver reads stays small, and so does what only parses and prints (docs/decisions/0001).
    @Test(arguments: [("Sources/DriverKit", 1000), ("Sources/encoder-bridge", 2000)])
    func targets_staySmall(_ folder: String, most: Int) throws {
        let lines = try Repository.swiftFiles(in: folder).map { $0.text.split(separator: "\n", omittingEmptySubsequences: false).count - 1 }
        let sum = lines.reduce(0, +)
        #expect(sum > 0)
        if sum >= most { Issue.record("\(folder) has \(sum) lines: under \(most); give a target of its own what others could use") }
    }

    /// A connector of a lock server's protocol with its extensions, without the messages (docs/decisions/0022).
    @Test(arguments: ["Fias/FiasConnector", "IndustryStandard/IndustryStandardConnector"]) func facades_staySmall(_ connector: String)
        throws
    {
        let parts = try Repository.swiftFiles(in: "Sources/LockServer").filter { $0.path.hasPrefix("Sources/LockServer/" + connector) }
        #expect(parts.count > 1)
        let sum = parts.map(\.lines.count).reduce(0, +)
        if sum >= 400 { Issue.record("\(connector) has \(sum) lines: under 400; what both facades need belongs into LockServer/Keys") }
    }

    @Test func swiftFiles_areFinished() throws {
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "not implemented"]
        for file in try Repository.swiftFiles(in: "Sources") {
            for (index, line) in file.lines.enumerated() {
                for word in words where line.contains(word) { Issue.record("\(file):\(index + 1): '\(word)': finish it or take it out") }
            }
        }
    }

    /// A clone must work anywhere: nothing kept may point to the machine on which it was written.
    @Test func files_nameNoPathOfTheMachineTheyWereWrittenOn() throws {
        let paths = ["/wo" + "rk/", "../sha" + "red", "/home/", "/Users/"]
        for path in try Repository.allPaths() {
            // Pictures and recordings are not text: nothing to read in them.
            guard let text = try? String(contentsOf: Repository.root.appendingPathComponent(path), encoding: .utf8) else { continue }
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                for machine in paths where line.contains(machine) {
                    if path == "Tests/ProjectTests/HouseRuleTests.swift" && line.contains("let paths = ") { continue }
                    Issue.record("\(path):\(index + 1): '\(machine)' is a path of one machine: make it relative or configurable")
                }
            }
        }
    }

    @Test func folders_areNamedForWhatTheyHold() throws {
        for path in try Repository.allPaths() where path.hasSuffix(".swift") {
            for word in ["Manager", "Helper", "Utils", "Misc", "Common"] {
                if path.split(separator: "/").last?.contains(word) == true {
                    Issue.record("\(path): '\(word)' says nothing: name the file after what is in it")
                }
            }
        }
    }
}
