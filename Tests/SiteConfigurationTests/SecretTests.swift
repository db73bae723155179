// SPDX-License-Identifier: Apache-2.0
import Foundation
import SiteConfiguration
import Testing

@Suite final class SecretTests {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("secrets-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            print("left behind: \(folder): \(error)")
        }
    }

    private func file(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let path = folder + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @Test func secret_isReadWithoutItsLineEnd() throws {
        #expect(try SecretFile.read(file("s", "abc-123\n"), environment: [:]) == "abc-123")
        #expect(try SecretFile.read(file("t", "  abc\r\n\n", mode: 0o400), environment: [:]) == "abc")
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o777])
    func secret_isRefused_whenOthersMayReadIt(mode: Int) throws {
        let path = try file("s", "very-secret-word", mode: mode)
        #expect(throws: SecretFault("other users may read \(path): run `chmod 600 \(path)`")) {
            try SecretFile.read(path, environment: [:])
        }
    }

    /// What counts is the file that is read, however it is reached: a link lends nobody's secret a mode that it does not have.
    @Test func secret_behindALink_isJudgedByTheFileItLeadsTo() throws {
        let open = try file("open", "very-secret-word", mode: 0o644)
        let closed = try file("closed", "very-secret-word")
        for (name, target) in [("to-open", open), ("to-closed", closed), ("to-nothing", folder + "/gone")] {
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: target)
        }
        #expect(throws: SecretFault("other users may read \(folder)/to-open: run `chmod 600 \(folder)/to-open`")) {
            try SecretFile.read(folder + "/to-open", environment: [:])
        }
        #expect(try SecretFile.read(folder + "/to-closed", environment: [:]) == "very-secret-word")
        #expect(throws: SecretFault.self) { try SecretFile.read(folder + "/to-nothing", environment: [:]) }
    }

    @Test func secret_isRefused_whenItIsNone() throws {
        let empty = try file("empty", "\n \n")
        #expect(throws: SecretFault("\(empty) is empty: put the secret into it, on one line")) {
            try SecretFile.read(empty, environment: [:])
        }
        let lines = try file("lines", "a\nb\n")
        #expect(throws: SecretFault("\(lines) has several lines: leave only the secret in it, on one line")) {
            try SecretFile.read(lines, environment: [:])
        }
        let large = try file("large", String(repeating: "x", count: 70_000))
        #expect(throws: SecretFault("\(large) is too large for a secret: check the path")) { try SecretFile.read(large, environment: [:]) }
        #expect(throws: SecretFault("\(folder)/no is not there: make it with the secret in it and run `chmod 600 \(folder)/no`")) {
            try SecretFile.read(folder + "/no", environment: [:])
        }
        #expect(throws: SecretFault("\(folder) is not a file: write the path of a file that holds the secret")) {
            try SecretFile.read(folder, environment: [:])
        }
        let pipe = folder + "/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        #expect(throws: SecretFault("\(pipe) is not a file: write the path of a file that holds the secret")) {
            try SecretFile.read(pipe, environment: [:])
        }
    }

    @Test func credential_comesFromSystemdsFolder() throws {
        _ = try file("mews", "from-systemd\n", mode: 0o440)
        #expect(try SecretFile.read("credential:mews", environment: ["CREDENTIALS_DIRECTORY": folder]) == "from-systemd")
        #expect(
            throws: SecretFault("credential:mews needs systemd: add `LoadCredential=mews:FILE` to the unit, or write the path of a file")
        ) {
            try SecretFile.read("credential:mews", environment: [:])
        }
        for name in ["credential:", "credential:../mews", "credential:.x", "credential:a/b"] {
            #expect(throws: SecretFault.self) { try SecretFile.read(name, environment: ["CREDENTIALS_DIRECTORY": folder]) }
        }
    }

    /// `sudo encoder-bridge check` becomes the service's user, who may not read root's files; systemd hands them over all the same.
    @Test func credential_isWhatTheUnitWillHandOver_whenItWasReadBefore() throws {
        let units = folder + "/units"
        let dropIns = folder + "/local/encoder-bridge.service.d"
        for path in [units, dropIns] { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        let token = try file("mews-client-token", "from-root\n")
        let open = try file("open-token", "seen\n", mode: 0o644)
        let text = "[Service]\nLoadCredential=mews:/nowhere\nLoadCredential=open:\(open)\nLoadCredential=late:\(folder)/late\n"
        try text.write(toFile: units + "/encoder-bridge.service", atomically: true, encoding: .utf8)
        try "[Service]\nLoadCredential = mews:\(token)\n".write(toFile: dropIns + "/site.conf", atomically: true, encoding: .utf8)
        let handed = HandedCredentials(units: [folder + "/local", units])
        try FileManager.default.removeItem(atPath: token)
        try handed.whileKnown { () throws in
            #expect(try SecretFile.read("credential:mews", environment: [:]) == "from-root")
            #expect(throws: SecretFault("other users may read \(open): run `chmod 600 \(open)`")) {
                try SecretFile.read("credential:open", environment: [:])
            }
            #expect(throws: SecretFault.self) { try SecretFile.read("credential:late", environment: [:]) }
            #expect(
                throws: SecretFault("credential:new needs systemd: add `LoadCredential=new:FILE` to the unit, or write the path of a file")
            ) {
                try SecretFile.read("credential:new", environment: [:])
            }
        }
    }

    @Test func text_mayHaveSeveralLines_underTheSameRules() throws {
        let path = try file("tokens", "# who\npos read 0123456789abcdef\n")
        #expect(try SecretFile.text(of: path, environment: [:]) == "# who\npos read 0123456789abcdef\n")
        let open = try file("open", "pos read 0123456789abcdef\n", mode: 0o644)
        #expect(throws: SecretFault("other users may read \(open): run `chmod 600 \(open)`")) {
            try SecretFile.text(of: open, environment: [:])
        }
    }
}
