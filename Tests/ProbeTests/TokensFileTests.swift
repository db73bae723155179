// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import LocalEndpoint
import SiteConfiguration
import Testing

@testable import Console

/// The tokens file as `token add` writes it, with somebody in the folder who lays traps.
@Suite struct TokensFileTests {
    /// A folder of its own for as long as `body` takes.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tokens-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func tokens_areForTheirOwnerOnly_andSoIsTheCommands() throws {
        try withFolder { folder in
            var file = try TokensFile(folder + "/tokens")
            let secret = try file.add("desk", .write, on: nil)
            // 0640 where root hands the file to the service's group.
            #expect(try mode(folder + "/tokens") & 0o037 == 0)
            #expect(try mode(folder + "/tokens.commands") & 0o077 == 0)
            #expect(try !String(contentsOfFile: folder + "/tokens", encoding: .utf8).contains(secret))
        }
    }

    /// Only systemd hands credentials over.
    @Test func credential_isNamed_forTheServicesOwnConfigurationAlone() {
        #expect(TokensPlace.setting("tokens", isInstalled: true) == "credential:tokens")
        #expect(TokensPlace.setting("tokens", isInstalled: false) == "tokens")
    }

    @Test(arguments: [("bridge.yaml", "."), ("site/bridge.yaml", "site"), ("/etc/bridge.yaml", "/etc"), ("/bridge.yaml", "/")])
    func secrets_lieBesideTheConfiguration(path: String, folder: String) {
        #expect(SetupFiles.folder(of: path) == folder)
    }

    @Test func commandsThatAreRefused_sayWhatLetsThemInAgain() throws {
        try withFolder { folder in
            var file = try TokensFile(folder + "/tokens")
            _ = try file.add("desk", .write, on: nil)
            let bridge = BridgeClient(EndpointConfiguration(tokensFile: folder + "/tokens"))
            #expect(bridge.admission(after: 401)?.contains("has not taken") == true)
            #expect(bridge.admission(after: 403) == nil && bridge.admission(after: 404) == nil)
            #expect(try file.remove("commands"))
            #expect(bridge.admission(after: 401)?.contains("`sudo encoder-bridge token add NAME --scope read`") == true)
            _ = try file.add("screen", .read, on: nil)
            #expect(bridge.admission(after: 401)?.contains("has not taken") == true)
        }
    }

    @Test(arguments: [
        (#"{"detail":"Call.","fault":{"code":"rejected","reason":"no such room","detail":null}}"#, "rejected: no such room"),
        (#"{"detail":"Call.","fault":{"code":"rejected","reason":"no such room","detail":"TD"}}"#, "rejected: no such room (TD)"),
        (#"{"detail":"Call.","fault":{"code":"noCard","detail":"EP"}}"#, "noCard: EP"),
        (#"{"detail":"Call.","fault":{"code":"noCard","detail":null}}"#, nil), (#"{"detail":"Call."}"#, nil),
    ])
    func refusal_tellsTheTechnicianWhy(body: String, expected: String?) {
        guard case .refused(422, "Call.", let fault) = BridgeClient.refusal(422, Data(body.utf8)) else {
            Issue.record("no refusal")
            return
        }
        #expect(fault == expected)
    }

    @Test func link_thatWaitsWhereTheNewFileIsMade_isNotFollowed() throws {
        try withFolder { folder in
            let prey = folder + "/prey"
            try Data("untouched".utf8).write(to: URL(fileURLWithPath: prey))
            for name in ["tokens.commands.new", "tokens.new"] {
                let trap = "\(folder)/\(name)"
                try FileManager.default.createSymbolicLink(atPath: trap, withDestinationPath: prey)
                var file = try TokensFile(folder + "/tokens")
                #expect(throws: TokensFile.Trouble.self) { try file.add("desk", .write, on: nil) }
                #expect(try String(contentsOfFile: prey, encoding: .utf8) == "untouched")
                try FileManager.default.removeItem(atPath: trap)
            }
        }
    }

    @Test func tokens_areNotRead_whenOthersMayReadThem() throws {
        try withFolder { folder in
            let path = folder + "/tokens"
            try Data("desk write 0123456789abcdefghij\n".utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            #expect(throws: TokensFile.Trouble.self) { try TokensFile(path) }
        }
    }
}
