// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// A card under a PC/SC reader, one step at a time.
struct PcscCardReader<L: Link<PcscMessage>>: ContactlessReader {
    private let link: L
    private let site: PcscSettings

    init(_ link: L, _ site: PcscSettings) {
        self.link = link
        self.site = site
    }

    func describe() async throws(Fault) -> PcscReader {
        let isReply: @Sendable (PcscMessage) -> Bool = { if case .reader = $0 { true } else { $0.isTrouble } }
        let reply = try await link.exchange(Command("describe", .describe, repliedBy: isReply), within: PcscDriver.commandLimit)
        switch reply {
        case .reader(let reader): return reader
        case .trouble(let code): throw PcscRefusal.fault(code, to: "describe")
        default: throw Fault(.malformedReply, detail: "describe")
        }
    }

    func release() async throws(Fault) { try await link.send(Command("release", .release)) }

    // MARK: ContactlessReader

    /// pcscd itself switches cards off and on again: seen between an authentication and a write (pcscd 1.9, vsmartcard's reader).
    var isShared: Bool { true }

    func select() async throws(Fault) -> SelectedCard? {
        let isReply: @Sendable (PcscMessage) -> Bool = { if case .connected = $0 { true } else { $0.isTrouble } }
        let atr: [UInt8]
        switch try await link.exchange(Command("connect", .connect, repliedBy: isReply), within: PcscDriver.commandLimit) {
        case .connected(let bytes): atr = bytes
        case .trouble(let code) where PcscRefusal.meansNoCard(code): return nil
        case .trouble(let code): throw PcscRefusal.fault(code, to: "connect")
        default: throw Fault(.malformedReply, detail: "connect")
        }
        let answer: ResponseAPDU
        do throws(Fault) {
            answer = try await serialNumber()
        } catch {
            if error.kind == .cardRemovedEarly { return nil }
            throw error
        }
        switch answer.status.meaning {
        case .done where [4, 7, 10].contains(answer.data.count):
            return SelectedCard(uid: answer.data, technology: CardTechnology(answerToReset: atr))
        case .failed: return nil  // It left between the two.
        // Another length of a serial number than cards have, or a card without one.
        case .done, .notSupported, .noSuchPlace: throw Fault(.unsupportedCard, detail: "serial number: \(answer.status)")
        case .notAllowed, .wrongLength, .other: throw PcscRefusal.fault(answer.status, to: "serial number")
        }
    }

    func authenticate(_ card: SelectedCard, block: Int, key: [UInt8], kind: BlockImage.KeyKind) async throws(Fault) {
        var answer: ResponseAPDU?
        for structure in site.keyStructures where answer?.status.meaning != .done {
            answer = try await ask("load key", StorageCardCommand.loadKey(key, structure: structure, slot: site.keySlot))
        }
        guard let answer, answer.status.meaning == .done else {
            let word = answer.map { "\($0.status)" } ?? ""
            if answer?.status.meaning == .notSupported { throw Fault(.unsupportedCard, detail: "load key: \(word)") }
            throw Fault(
                .rejected(reason: "the reader takes no card key (\(word)): set keyStructure as the reader's manual says"),
                detail: "load key: \(word)")
        }
        let kind: UInt8 = kind == .a ? 0x60 : 0x61
        let command = StorageCardCommand.authenticate(block: try number(block), kind: kind, slot: site.keySlot)
        try await done("authenticate", command)
    }

    func read(_ card: SelectedCard, at place: Int) async throws(Fault) -> [UInt8] {
        try await done("read", StorageCardCommand.read(try number(place), length: 16))
    }

    func write(_ card: SelectedCard, block: Int, _ bytes: [UInt8]) async throws(Fault) {
        try await done("write", StorageCardCommand.update(try number(block), bytes), effect: .writesCard)
    }

    func write(_ card: SelectedCard, page: Int, _ bytes: [UInt8]) async throws(Fault) {
        try await done("write", StorageCardCommand.update(try number(page), bytes), effect: .writesCard)
    }

    /// Readers show by themselves that they have a card; PC/SC has no word for their lights.
    func signal(_ signal: PersonSignal) async throws(Fault) {}

    func rest(_ length: Duration) async throws(Fault) { try await link.rest(length) }
    var remaining: Duration { get async { await link.remaining } }

    // MARK: Parts

    /// A reader that wants the length to be named says which one it is.
    private func serialNumber() async throws(Fault) -> ResponseAPDU {
        let answer = try await ask("serial number", StorageCardCommand.serialNumber)
        guard case .wrongLength(let right?) = answer.status.meaning else { return answer }
        return try await ask("serial number", Array(StorageCardCommand.serialNumber.dropLast()) + [right])
    }

    private func ask(_ name: String, _ command: [UInt8], effect: CommandEffect = .none) async throws(Fault) -> ResponseAPDU {
        let isReply: @Sendable (PcscMessage) -> Bool = { if case .answer = $0 { true } else { $0.isTrouble } }
        let question = Command(name, PcscMessage.command(command), effect: effect, repliedBy: isReply)
        switch try await link.exchange(question, within: PcscDriver.commandLimit) {
        case .answer(let bytes):
            guard let answer = ResponseAPDU(bytes) else {
                // Nothing at all is what comes of a card that leaves in the middle (seen with pcscd 1.9 and vsmartcard's reader).
                let kind: FaultKind = bytes.isEmpty ? .cardRemovedEarly : .malformedReply
                throw Fault(kind, card: effect == .writesCard ? .unknown : .untouched, detail: "\(name): no status")
            }
            return answer
        case .trouble(let code): throw PcscRefusal.fault(code, to: name, effect: effect)
        default: throw Fault(.malformedReply, detail: name)
        }
    }

    @discardableResult
    private func done(_ name: String, _ command: [UInt8], effect: CommandEffect = .none) async throws(Fault) -> [UInt8] {
        let answer = try await ask(name, command, effect: effect)
        guard answer.status.meaning == .done else { throw PcscRefusal.fault(answer.status, to: name, effect: effect) }
        return answer.data
    }

    private func number(_ place: Int) throws(Fault) -> UInt8 {
        guard let number = UInt8(exactly: place) else { throw Fault(.rejected(reason: "no card has a place \(place)")) }
        return number
    }
}

extension PcscMessage {
    fileprivate var isTrouble: Bool { if case .trouble = self { true } else { false } }
}

extension CardTechnology {
    /// Readers tell the kind of a storage card in the answer to reset that they make up; other cards speak for themselves.
    init(answerToReset bytes: [UInt8]) {
        let card = AnswerToReset(bytes)?.storageCard
        self =
            switch (card?.standard, card?.name) {
            case (0x03, 0x0001): .mifareClassic1K
            // MIFARE Plus in security level 1, 2K and 4K: a Classic to everybody (PC/SC part 3, supplement).
            case (0x03, 0x0036): .mifareClassic2K
            case (0x03, 0x0002), (0x03, 0x0037): .mifareClassic4K
            // Ultralight, NTAG and Ultralight C.
            case (0x03, 0x0003), (0x03, 0x003A): .ultralight
            case (0x03, 0x0026): .mifareClassicMini
            default: .other(sak: 0x20)
            }
    }
}
