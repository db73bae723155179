// SPDX-License-Identifier: Apache-2.0
import Framing

/// The lock makers' encoders with start and end bytes that can be simulated: how each of them talks, from its own side.
public enum StxEtxFamily: String, Sendable, CaseIterable {
    case inhova
    case vingcard2100 = "vingcard-2100"
    case visionline
    case cisa
    case kabaIlco = "kaba-ilco"

    public static let names = allCases.map(\.rawValue)

    var parameters: StxEtxParameters {
        switch self {
        // Orders are taken without STX under their check, as the serial client sends them; answers cover it, as they were recorded.
        case .inhova:
            StxEtxParameters(
                check: .xor([.start, .end]), heardChecks: [.xor([.start, .end]), .xor(.end)], controlsInBody: [], maximumLength: 512)
        case .vingcard2100: StxEtxParameters(check: .xorHex(.end), controlsInBody: [0x1E], maximumLength: 512)
        case .visionline: StxEtxParameters(check: .xorHex(.start), checkPlace: .beforeEnd, maximumLength: 512)
        case .cisa: StxEtxParameters(controls: [], check: .sumHex([]), checkPlace: .beforeEnd, maximumLength: 512)
        case .kabaIlco: StxEtxParameters(check: .xor(.end), controlsInBody: [0x1C], maximumLength: 512)
        }
    }

    /// Says ACK or NAK to what it hears.
    var acknowledges: Bool { self != .cisa }
    /// Wants its answer acknowledged, and says it again on NAK.
    var wantsAcknowledgement: Bool { self == .inhova || self == .vingcard2100 || self == .kabaIlco }
    /// Enquires before it answers.
    var enquires: Bool { self == .kabaIlco }
    /// In place of ACK while it is at work.
    var busyByte: UInt8? { self == .kabaIlco ? ControlByte.dc1 : nil }
    /// Comes out of nowhere before an answer.
    var strayBeforeAnswer: [UInt8] { self == .cisa ? [ControlByte.dc1] : [] }

    /// What can be said of an order beside that it was done. Codes of Visionline are invented: no list of them is public.
    enum Trouble: Sendable { case noCard, busy, unknownRoom, nonsense }

    /// `nil`: there is no code for it; the message is refused with NAK.
    func code(_ trouble: Trouble) -> String? {
        switch (self, trouble) {
        case (.inhova, .noCard): "E8"
        case (.inhova, .busy): nil
        case (.inhova, .unknownRoom): "EU"
        case (.inhova, .nonsense): "E2"
        case (.vingcard2100, .noCard): "8"
        case (.vingcard2100, .busy): "5"
        case (.vingcard2100, .unknownRoom): "R"
        case (.vingcard2100, .nonsense): "1"
        case (.visionline, .noCard): "5"
        case (.visionline, .busy): "2"
        case (.visionline, .unknownRoom): "4"
        case (.visionline, .nonsense): "1"
        case (.cisa, .noCard): "46"
        case (.cisa, .busy): "01"
        case (.cisa, .unknownRoom), (.cisa, .nonsense): "34"
        case (.kabaIlco, .noCard): "Y"
        case (.kabaIlco, .busy): "q"
        case (.kabaIlco, .unknownRoom): "W"
        case (.kabaIlco, .nonsense): "Q"
        }
    }

    /// Answers that an order was done.
    func done(_ order: StxEtxOrder) -> String {
        switch self {
        case .inhova: order.command
        case .vingcard2100: "0"
        case .visionline: order.kind == .read ? "13" : "0"
        case .cisa: "00"
        case .kabaIlco: "P"
        }
    }

    /// What Visionline says beside a code. Invented, as the codes are.
    private func words(_ code: String) -> String {
        switch code {
        case self.code(.noCard): "No card"
        case self.code(.busy): "Encoder busy"
        case self.code(.unknownRoom): "Room unknown"
        default: "Syntax"
        }
    }

    /// The body of an answer.
    /// - Parameter card: what lies on the encoder, for answers to a reading.
    func answer(_ code: String, to order: StxEtxOrder, card: SimulatedCard?) -> [UInt8] {
        switch self {
        case .inhova:
            let first = order.site.isEmpty ? [] : [order.site]
            guard code == order.command else { return SeparatedFields(first + [code])?.body ?? [] }
            guard order.kind == .read else { return SeparatedFields(first + [code, card?.serial ?? ""])?.body ?? [] }
            // Nothing was made yet: a blank card.
            guard let card else { return SeparatedFields(first + [code, "2"] + [String](repeating: "", count: 9))?.body ?? [] }
            func halves(_ moment: String) -> [String] { moment.split(separator: " ").map(String.init) }
            let fields = [code, "0", card.rooms.first ?? ""] + halves(card.from) + halves(card.till)
            return SeparatedFields(first + fields + ["", "", "", "", ""])?.body ?? []
        // Addresses change places: the encoder is the sender now.
        case .vingcard2100: return Array("00\(order.encoder)A\(code)".utf8)
        case .visionline:
            var fields = [order.command, "EA\(order.encoder)", "RC\(code)"]
            if order.kind == .read, let card { fields += ["GR\(card.rooms.first ?? "")", "CI\(card.from)", "CO\(card.till)"] }
            if code != done(order) { fields.append("ET\(words(code))") }
            return SeparatedFields(fields, separator: UInt8(ascii: ";"), place: .behind)?.body ?? []
        case .cisa: return Array("\(order.site)38\(order.command)\(code)".utf8)
        case .kabaIlco: return Array("\(order.encoder)0040013\(code)".utf8)
        }
    }
}
