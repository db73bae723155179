// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The layers of docs/decisions/0001-layers-and-targets.md, held against the `import` lines of every file.
@Suite struct LayerTests {
    /// What each target may import of ours, and of others.
    private static let allowed: [String: (ours: Set<String>, others: Set<String>)] = [
        "EncoderModel": ([], []),
        "Framing": ([], []),
        "Ports": (["Framing", "EncoderModel"], []),
        "DriverKit": (["Framing", "EncoderModel", "Ports"], []),
        "CardLayouts": (["EncoderModel"], ["Crypto"]),
        "Transcripts": (["DriverKit", "Ports", "Framing", "EncoderModel"], []),
        "Doctor": (["PortIO", "DriverKit", "Ports", "EncoderModel"], []),
        "Drivers": (["DriverKit", "Ports", "Framing", "EncoderModel"], []),
        "LockServerLink": (["Ports", "Framing", "EncoderModel"], []),
        "PortIO": (["CLinuxDevice", "CPCSC", "Ports", "Framing", "EncoderModel", "LockServerLink"], []),
        "BridgeCore": (["DriverKit", "Ports", "Framing", "EncoderModel"], ["Crypto", "Logging"]),
        "LockServer": (["Access", "BridgeCore", "Ports", "Framing", "EncoderModel", "LockServerLink"], ["Logging"]),
        "Access": ([], []),
        "Alerting": (["EncoderModel"], nio.union(["AsyncHTTPClient", "Logging"])),
        "LockDrivers": (["Access"], []),
        "LockIO": (["Access", "CMosquitto"], []),
        "AccessCore": (["Access", "EncoderModel", "LockDrivers"], []),
        "Journal": (["Access", "EncoderModel"], ["Crypto", "GRDB"]),
        "Simulators": (["Access", "LockIO", "CLinuxDevice", "Framing", "EncoderModel"], []),
        "SiteConfiguration": (["Access", "LockDrivers", "CardLayouts", "DriverKit", "Ports", "EncoderModel"], ["Yams"]),
        "Metering": (["BridgeCore", "EncoderModel"], ["CoreMetrics"]),
        "Systemd": (["CSystemd"], ["Logging"]),
        "DeskPage": (["EncoderModel"], ["Mustache"]),
        "LocalEndpoint": (
            ["Access", "AccessCore", "BridgeCore", "DeskPage", "EncoderModel"],
            nio.union(["Crypto", "Hummingbird", "HummingbirdCore", "HummingbirdTLS", "HTTPTypes", "Logging"])
        ),
        "CloudConnector": (["Access", "BridgeCore", "EncoderModel"], nio.union(["AsyncHTTPClient", "Logging", "NIOHTTPCompression"])),
        "Sandbox": (["EncoderModel"], nio.union(["Logging"])),
        "Console": (
            ["Access", "AccessCore", "CBuild", "CardLayouts", "EncoderModel", "LocalEndpoint", "PortIO", "SiteConfiguration"],
            nio.union(["AsyncHTTPClient", "NIOFoundationEssentialsCompat"])
        ),
        "Probe": (
            [
                "BridgeCore", "Console", "Doctor", "DriverKit", "Drivers", "EncoderModel", "Framing", "LocalEndpoint", "PortIO", "Ports",
                "SiteConfiguration", "Transcripts",
            ], ["Logging", "UnixSignals"]
        ),
        "Daemon": (
            [
                "Access", "AccessCore", "Alerting", "BridgeCore", "CloudConnector", "Console", "DriverKit", "Drivers", "EncoderModel",
                "Journal",
                "LocalEndpoint", "LockDrivers", "LockIO", "LockServer", "Metering", "PortIO", "Ports", "SiteConfiguration", "Systemd",
            ], ["Crypto", "Logging"]
        ),
    ]
    private static let nio: Set<String> = [
        "NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket", "NIOFoundationCompat", "NIOSSL", "NIOConcurrencyHelpers", "NIOHTTPTypes",
    ]
    /// Comes with Swift.
    private static let system: Set<String> = [
        "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Synchronization", "Dispatch", "_Concurrency",
    ]

    private static func imports(_ file: Repository.File) -> [(line: Int, module: String)] {
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        return codeOnly(file.text).split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            let words = line.split(separator: " ").map(String.init)
            guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
                words[..<place].allSatisfy({
                    $0.hasPrefix("@") || ["public", "package", "internal", "private", "fileprivate"].contains($0)
                })
            else { return nil }
            let name = kinds.contains(words[place + 1]) && place + 2 < words.count ? words[place + 2] : words[place + 1]
            return (index + 1, String(name.prefix(while: { $0 != "." })))
        }
    }

    @Test func everyTarget_importsOnlyWhatIsBelowIt() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Repository.root.appendingPathComponent("Sources").path).sorted()
        #expect(
            Set(folders) == Set(Self.allowed.keys).union(["CLinuxDevice", "CMosquitto", "CPCSC", "CSystemd", "CBuild", "encoder-bridge"]),
            "give each target its row in LayerTests")
        for folder in folders {
            guard let rule = Self.allowed[folder] else { continue }
            let known = rule.ours.union(rule.others).union(Self.system)
            for file in try Repository.swiftFiles(in: "Sources/" + folder) {
                for (line, module) in Self.imports(file) where !known.contains(module) {
                    let may = rule.ours.union(rule.others).sorted().joined(separator: ", ")
                    Issue.record(
                        "\(file):\(line): \(folder) must not import \(module): besides Foundation it may use \(may.isEmpty ? "nothing" : may)"
                    )
                }
            }
        }
    }

    @Test func deviceHeaders_areUsedByPortsAndSimulatorsOnly() throws {
        for file in try Repository.swiftFiles(in: "Sources") + Repository.swiftFiles(in: "Tests") {
            let mayUse = ["Sources/PortIO/", "Sources/Simulators/", "Tests/TestKit/", "Tests/PortIOTests/"].contains {
                file.path.hasPrefix($0)
            }
            for (line, module) in Self.imports(file) where module == "CLinuxDevice" && !mayUse {
                Issue.record("\(file):\(line): only PortIO and Simulators talk to the kernel: ask PortIO for what is needed")
            }
        }
    }

    @Test func pcscHeaders_areUsedByPortsOnly() throws {
        for file in try Repository.swiftFiles(in: "Sources") + Repository.swiftFiles(in: "Tests")
        where !file.path.hasPrefix("Sources/PortIO/") {
            for (line, module) in Self.imports(file) where module == "CPCSC" {
                Issue.record("\(file):\(line): only PortIO talks to pcscd: its calls block")
            }
        }
    }

    @Test func mqttHeaders_areUsedByLockIOOnly() throws {
        for file in try Repository.swiftFiles(in: "Sources") + Repository.swiftFiles(in: "Tests")
        where !file.path.hasPrefix("Sources/LockIO/") {
            for (line, module) in Self.imports(file) where module == "CMosquitto" {
                Issue.record("\(file):\(line): only LockIO talks to libmosquitto: its calls block")
            }
        }
    }

    @Test func access_doesNoIO() throws {
        let words: [Regex<Substring>] = [/\bFileManager\b/, /\bFileHandle\b/, /\bopen\(/, /\bTask\b/, /\bsleep\b/, /\bDate\(\)/]
        try refuse(in: "Sources/Access", words, "Access holds values: no files, no tasks, no clock")
        try refuse(in: "Sources/LockDrivers", words, "a lock driver turns commands into messages and back: no files, no tasks, no clock")
    }

    @Test func testKit_staysInTests() throws {
        for file in try Repository.swiftFiles(in: "Sources") {
            for (line, module) in Self.imports(file) where module == "TestKit" || module == "Testing" {
                Issue.record("\(file):\(line): \(module) is for tests: nothing in Sources may import it")
            }
        }
    }

    @Test func framing_doesNotWait() throws {
        try refuse(in: "Sources/Framing", [/\basync\b/, /\bawait\b/, /\bTask\b/], "Framing is pure: bytes in, frames out, without async")
    }

    @Test func model_doesNoIO() throws {
        let words: [Regex<Substring>] = [/\bFileManager\b/, /\bFileHandle\b/, /\bopen\(/, /\bTask\b/, /\bsleep\b/]
        // The one clock of the project waits too (docs/decisions/0010), and the one wait that is given up while the work goes on.
        try refuse(
            in: "Sources/EncoderModel", besides: ["Sources/EncoderModel/Time/Timekeeper.swift", "Sources/EncoderModel/Time/Waiting.swift"],
            words, "EncoderModel holds values: no files, no tasks")
    }

    @Test func drivers_doNotOpenReadWaitOrSleep() throws {
        let words: [Regex<Substring>] = [
            /\bsleep\b/, /\bTask\b/, /\bTaskGroup\b/, /\bopen\(/, /\bread\(/, /\bwrite\(/, /\bpoll\(/, /\bFileHandle\b/, /\bFileManager\b/,
            /\bDispatchQueue\b/, /\bThread\b/, /\bContinuousClock\b/, /\bwithTimeout\b/,
        ]
        try refuse(
            in: "Sources/Drivers", words, "a driver hands commands to its Link: opening, reading, waiting and time limits are the session's"
        )
    }

    private func refuse(in folder: String, besides exempt: [String] = [], _ words: [Regex<Substring>], _ sentence: String) throws {
        for file in try Repository.swiftFiles(in: folder) where !exempt.contains(file.path) {
            for (index, line) in codeOnly(file.text).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                // Functions, cases and members may have any name; the system's calls stand alone.
                let calls = line.replacing(/(func |case |\.)\w+\(/, with: " (")
                for word in words {
                    if let found = calls.firstMatch(of: word) {
                        Issue.record("\(file):\(index + 1): '\(found.output)' does not belong here: \(sentence)")
                    }
                }
            }
        }
    }
}
