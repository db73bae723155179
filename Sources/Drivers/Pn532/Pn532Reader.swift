// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// Card steps as the PN532 does them.
struct Pn532Reader<Wire: Link>: ContactlessReader where Wire.Frame == Pn532Frame {
    let dialogue: Pn532Dialogue<Wire>

    init(_ link: Wire) { dialogue = Pn532Dialogue(link: link) }

    func select() async throws(Fault) -> SelectedCard? {
        try await list()
    }

    func authenticate(_ card: SelectedCard, block: Int, key: [UInt8], kind: BlockImage.KeyKind) async throws(Fault) {
        let code = kind == .a ? Pn532Code.Card.authenticateA : Pn532Code.Card.authenticateB
        try await done("authenticate", [code, try Self.number(block)] + key + card.authenticationUID)
    }

    func read(_ card: SelectedCard, at place: Int) async throws(Fault) -> [UInt8] {
        try await exchange("read", [Pn532Code.Card.read, try Self.number(place)])
    }

    func write(_ card: SelectedCard, block: Int, _ bytes: [UInt8]) async throws(Fault) {
        try await done("write", [Pn532Code.Card.writeBlock, try Self.number(block)] + bytes, writing: .block)
    }

    func write(_ card: SelectedCard, page: Int, _ bytes: [UInt8]) async throws(Fault) {
        try await done("write", [Pn532Code.Card.writePage, try Self.number(page)] + bytes, writing: .page)
    }

    /// The boards have no light or beeper that the chip knows of.
    func signal(_ signal: PersonSignal) async throws(Fault) {}

    func rest(_ length: Duration) async throws(Fault) {
        try await dialogue.link.rest(length)
    }

    var remaining: Duration { get async { await dialogue.link.remaining } }

    /// Tells the card something that it does or does not do. Words of its own behind the status come from a card that speaks another
    /// protocol (`6D 00`, "instruction not known") and did nothing.
    private func done(_ name: String, _ bytes: [UInt8], writing: Pn532Status.Writing = .nothing) async throws(Fault) {
        let words = try await exchange(name, bytes, writing: writing)
        guard words.isEmpty else {
            throw Fault(
                .unsupportedCard, card: writing == .nothing ? .untouched : .unknown,
                detail: "\(name): the card says \(HexText.encode(Array(words.prefix(4))))")
        }
    }

    /// Tells the one card in the list something.
    private func exchange(
        _ name: String, _ bytes: [UInt8], writing: Pn532Status.Writing = .nothing
    ) async throws(Fault) -> [UInt8] {
        let effect: CommandEffect = writing == .nothing ? .none : .writesCard
        let answer = try await dialogue.ask(name, Pn532Code.dataExchange, [1] + bytes, effect: effect)
        guard let first = answer.first else { throw Fault(.malformedReply, detail: "\(name): no status") }
        let status = Pn532Status(first)
        guard status.isGood else { throw status.fault(writing) }
        return Array(answer.dropFirst())
    }

    /// One card at 106 kbit/s, type A.
    private func list() async throws(Fault) -> SelectedCard? {
        let answer = try await dialogue.ask("list", Pn532Code.listTargets, [1, 0])
        guard let count = answer.first else { throw Fault(.malformedReply, detail: "list: empty") }
        if count == 0 { return nil }
        // Number, SENS_RES (2 bytes), SEL_RES, length of the serial number and the number itself; for some cards an ATS behind it.
        guard count == 1, answer.count >= 6, [4, 7, 10].contains(answer[5]), answer.count >= 6 + Int(answer[5]) else {
            throw Fault(.malformedReply, detail: "list: the card's description is broken")
        }
        return SelectedCard(uid: Array(answer[6..<6 + Int(answer[5])]), technology: CardTechnology(sak: answer[4]))
    }

    private static func number(_ place: Int) throws(Fault) -> UInt8 {
        guard let number = UInt8(exactly: place) else { throw Fault(.rejected(reason: "no card has a place number \(place)")) }
        return number
    }
}
