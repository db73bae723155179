// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console

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

    func run() async throws {
        if let retry {
            try await config.bridge { try await $0.retryGrant(retry) }
            return print("tried again: look again in a moment")
        }
        let (locks, grants) = try await config.bridge { try await $0.access(reservation: reservation, room: room, withCodes: codes) }
        print(json ? AccessPage.json(locks, grants) : try AccessPage.text(locks, grants))
    }
}
