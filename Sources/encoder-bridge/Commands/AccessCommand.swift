// SPDX-License-Identifier: Apache-2.0
import AccessCore
import ArgumentParser
import Console
import EncoderModel
import Foundation
import SiteConfiguration

struct AccessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access", abstract: "Door codes: who may open what, and why a code is not there.",
        discussion: """
            Shows locks and grants of the running bridge. A code that could not be set is tried again by the bridge itself, within \
            seconds; --retry is for a person who has just mended something, and is heard once in two minutes.
            """)

    @OptionGroup var config: ConfigurationOption
    @Option(help: "Only this reservation, by number or id.") var reservation: String?
    @Option(help: "Only this room or door.") var room: String?
    @Option(help: "Try this grant again, by the id that is shown.") var retry: String?
    @Flag(help: "Show the codes: needs a token that may write.") var codes = false
    @Flag(help: "For programs: {\"locks\": [...], \"grants\": [...]}") var json = false

    private struct Locks: Decodable { var locks: [LockDocument] }
    private struct Grants: Decodable {
        var grants: [GrantDocument]
        var withoutCode: [RefusalDocument]
    }

    func run() async throws {
        guard let endpoint = try config.load().configuration.endpoint else {
            complain("\(config.path) has no usable endpoint section: correct it with `encoder-bridge check --config \(config.path)`")
            throw ExitCode.badConfiguration
        }
        let bridge = BridgeClient(endpoint)
        do {
            if let retry {
                try await bridge.retryGrant(retry)
                return print("tried again: look again in a moment")
            }
            let (locks, grants) = try await bridge.access(query: query, withCodes: codes)
            if json {
                return print(#"{"locks":\#(Self.inner(locks)),"grants":\#(Self.inner(grants))}"#)
            }
            print(
                AccessPage.text(
                    try JSONText.decode(Locks.self, from: locks).locks, try JSONText.decode(Grants.self, from: grants).grants,
                    try JSONText.decode(Grants.self, from: grants).withoutCode))
        } catch BridgeClient.Failure.refused(let status, let detail) {
            complain("the bridge at \(bridge.address) answers \(status): \(detail)")
            throw ExitCode.trouble
        } catch is BridgeClient.Failure {
            complain("no bridge answers at \(bridge.address): start it with `encoder-bridge run --config \(config.path)`")
            throw ExitCode.unreachable
        }
    }

    private var query: String {
        let parts = [("reservation", reservation), ("room", room)].compactMap { name, value in
            value.map { "\(name)=\($0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? $0)" }
        }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    /// The list inside the answer's one member.
    private static func inner(_ document: Data) -> String {
        guard let object = try? JSONSerialization.jsonObject(with: document) as? [String: Any],
            let list = object["locks"] ?? object["grants"],
            let data = try? JSONSerialization.data(withJSONObject: list, options: [.sortedKeys, .withoutEscapingSlashes])
        else { return "[]" }
        return String(decoding: data, as: UTF8.self)
    }
}
