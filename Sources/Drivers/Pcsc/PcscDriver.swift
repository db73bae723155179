// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import Ports

/// Contactless PC/SC readers, through pcscd: MIFARE Classic, Ultralight and NTAG by the storage card commands of PC/SC part 3.
public struct PcscDriver: EncoderDriver {
    private let site: PcscSettings
    /// Over USB a command takes milliseconds; some readers try a card for a second before they give up.
    static let commandLimit: Duration = .seconds(5)

    public init(settings: DriverSettings) throws(SettingsFault) { site = try PcscSettings(settings) }

    /// There is no line; what is asked for is ignored by this kind of port.
    public static let manifest = DriverManifest(
        name: "pcsc", title: "PC/SC contactless readers", kind: .raw,
        capabilities: [.presence, .serial, .verify, .read, .erase, .reset], ports: [.pcsc], line: LineSettings(baud: 9600),
        settings: PcscSettings.all,
        models: [
            // Ids for people only: pcscd's own rule gives it the devices.
            EncoderModelEntry("ACS ACR122U", usb: [USBID(0x072F, 0x2200)], evidence: 3),
            EncoderModelEntry("ACS ACR1251U", usb: [USBID(0x072F, 0x221A)], evidence: 3),
            EncoderModelEntry("ACS ACR1252U", usb: [0x223B, 0x223E, 0x2259].map { USBID(0x072F, $0) }, evidence: 3),
            EncoderModelEntry("ACS ACR1281U", usb: [USBID(0x072F, 0x2224)], evidence: 3),
            EncoderModelEntry("ACS ACR1552U", usb: [0x2303, 0x2308].map { USBID(0x072F, $0) }, evidence: 3),
            EncoderModelEntry("ACS ACR1581U", usb: [USBID(0x072F, 0x2301)], evidence: 3),
            EncoderModelEntry(
                "HID OMNIKEY 5022, 5023, 5x21, 5x22, 5x27",
                usb: [0x5022, 0x5023, 0x5121, 0x5127, 0x5321, 0x5421, 0x5422, 0x5427, 0x502A].map { USBID(0x076B, $0) }, evidence: 2),
            EncoderModelEntry("Identiv uTrust 3700 F", usb: [USBID(0x04E6, 0x5790)], evidence: 2),
            EncoderModelEntry("Identiv SCL01x", usb: [0x5291, 0x5292, 0x5293].map { USBID(0x04E6, $0) }, evidence: 2),
        ],
        hardwareNote: "pcsc.md", media: [.blocks, .pages])

    public var presence: PresenceWatch { .told }
    /// The port itself drops answers that come too late.
    public var lateAnswerWindow: Duration { .seconds(1) }
    public func makeCodec(for port: PortKind) -> PcscCodec { PcscCodec() }
    public var promise: Duration { Patience.standard.promise(forAnswerWithin: site.cards.cardTimeout) }
    public func timeLimit(for task: EncoderTask) -> Duration {
        site.cards.timeLimit(for: task, commandWithin: Self.commandLimit)
    }

    public func card(in unasked: PcscMessage) -> CardPresence? {
        switch unasked {
        case .cardInserted: .unknown  // What it is, it must be asked.
        case .cardRemoved: CardPresence(.absent)
        default: nil
        }
    }

    public func identify(on link: some Link<PcscMessage>) async throws(Fault) -> EncoderIdentity {
        let reader = try await PcscCardReader(link, site).describe()
        return EncoderIdentity(model: reader.name, firmware: reader.firmware, serial: reader.serial)
    }

    public func lookForCard(on link: some Link<PcscMessage>) async throws(Fault) -> CardPresence {
        try await release(link) { link throws(Fault) in try await PcscCardReader(link, site).look() }
    }

    public func perform(
        _ task: EncoderTask, on link: some Link<PcscMessage>, progress: some TaskProgress
    ) async throws(Fault) -> TaskResult {
        try await release(link) { link throws(Fault) in
            let reader = PcscCardReader(link, site)
            guard task == .reset else { return try await CardWork(reader, site.cards).perform(task, progress: progress) }
            try await reader.release()
            _ = try await reader.describe()
            return TaskResult()
        }
    }

    /// Other programs may have the card between two tasks, and nobody finds a sector open.
    private func release<L: Link<PcscMessage>, Value: Sendable>(
        _ link: L, after work: (L) async throws(Fault) -> Value
    ) async throws(Fault) -> Value {
        let reader = PcscCardReader(link, site)
        let value: Value
        do throws(Fault) {
            value = try await work(link)
        } catch {
            try? await reader.release()  // The fault that is on its way says more than one of a port that went with it.
            throw error
        }
        try? await reader.release()  // The work is done; a port that is gone shows at the next question.
        return value
    }
}
