// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import EncoderModel
import Foundation
import Journal
import SiteConfiguration

struct TellCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tell", abstract: "Tells a lock system by hand that guests have left, or that their keys are to open another room.",
        discussion: """
            For what the hotel system did not tell. No card is needed; what came of it stands in the trail of the room's orders.
              encoder-bridge tell front-desk check-out --room 101
              encoder-bridge tell desk key-change --room 12 --old-room 11 --reservation 7
            Needs a write token. Exit status: 0 the lock system has done it; 1 it has not, and the output says why; 69 no bridge answers; \
            78 the configuration cannot be used.
            """)

    @Argument(help: "An encoder of the lock system, by its name in the configuration.") var encoder: String
    @Argument(help: "What it is told.") var what: StayNotice.Kind
    @OptionGroup var config: ConfigurationOption
    @Option(help: "The room that was left, or the one that the keys are to open.") var room: String
    @Option(help: "Only keys of this reservation.") var reservation: String?
    @Option(help: "Where the guests moved from.") var oldRoom: String?
    @Option(help: "The keys' new end, on the hotel's clock: 2026-11-30T11:00.") var until: String?

    func run() async throws {
        let site = try config.load().configuration
        let learned = try? JournalReader(path: site.journal.path).fact(.timeZone).flatMap(TimeZone.init(identifier:))
        let words: NoticeWords
        do throws(NoticeWords.Objection) {
            words = try NoticeWords(
                what, room: room, reservation: reservation, oldRoom: oldRoom, until: until, zone: site.timeZone ?? learned ?? .current)
        } catch {
            throw ValidationError(error.text)
        }
        try await config.bridge { try await $0.tell(words.notice, to: $0.encoder(named: encoder).name, within: .seconds(60)) }
        print(words.done)
    }
}

extension StayNotice.Kind: ExpressibleByArgument {}
