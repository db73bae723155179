// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import Ports

/// NXP PN532 boards on a serial line (HSU): MIFARE Classic, Ultralight and NTAG cards.
///
/// Facts from the maker's manual (UM0701-02) and from the logs of open drivers (libnfc, nfcpy).
public struct Pn532Driver: EncoderDriver {
    let site: Pn532Settings

    public init(settings: DriverSettings) throws(SettingsFault) {
        site = try Pn532Settings(settings)
    }

    public func makeCodec(for port: PortKind) -> Pn532Codec { Pn532Codec() }
    /// A command that is not answered is broken off: nothing comes late.
    public var lateAnswerWindow: Duration { .milliseconds(500) }
    public var presence: PresenceWatch { .polled(every: .milliseconds(300)) }

    public var promise: Duration { Patience.standard.promise(forAnswerWithin: site.cards.cardTimeout) }
    public func timeLimit(for task: EncoderTask) -> Duration {
        site.cards.timeLimit(for: task, commandWithin: .seconds(2))
    }

    public func identify(on link: some Link<Pn532Frame>) async throws(Fault) -> EncoderIdentity {
        try await Pn532Setup(link: link, site: site).identify()
    }

    public func lookForCard(on link: some Link<Pn532Frame>) async throws(Fault) -> CardPresence {
        try await Pn532Reader(link).look()
    }

    public func perform(
        _ task: EncoderTask, on link: some Link<Pn532Frame>, progress: some TaskProgress
    ) async throws(Fault) -> TaskResult {
        switch task {
        case .reset:
            try await Pn532Setup(link: link, site: site).reset()
            return TaskResult()
        case .selfTest: return TaskResult(reading: try await Pn532Setup(link: link, site: site).selfTest())
        case .write, .read, .erase, .cut, .checkOut, .keyChange:
            return try await CardWork(Pn532Reader(link), site.cards).perform(task, progress: progress)
        }
    }
}
