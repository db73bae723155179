// SPDX-License-Identifier: Apache-2.0
import CPCSC
import EncoderModel
import Framing

/// Answers what is asked of one reader and its card, one question after the other, on a thread of its own.
actor PcscCardThread {
    struct Question: Sendable {
        var number: Int
        var message: PcscMessage
    }

    private let reader: String
    private let loop = PortLoop(name: "pcsc-card")
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private var context: PcscContext?
    private var card: PcscCard?

    init(_ reader: String) { self.reader = reader }

    /// Works until the port is closed.
    func answer(_ questions: AsyncStream<Question>, into inbox: PcscInbox) async {
        for await question in questions {
            guard let answer = answer(to: question.message) else { continue }
            inbox.put(answer, to: question.number)
        }
        card = nil
        context = nil
    }

    private func answer(to message: PcscMessage) -> PcscMessage? {
        do throws(PcscError) {
            switch message {
            case .describe: return .reader(try describe())
            case .connect: return try connect()
            case .command(let bytes):
                // A card that was not taken is never talked to: it may be another one than the encoder thinks of.
                guard let card else { return .trouble(.removedCard) }
                return .answer(try card.transmit(bytes))
            case .release:
                card = nil
                return nil
            case .reader, .connected, .answer, .trouble, .cardInserted, .cardRemoved: return nil
            }
        } catch {
            // A card that left, or that another program has started anew, is not the one that was taken.
            if error.code == .removedCard || error.code == .resetCard || error.code == .invalidHandle { card = nil }
            return .trouble(error.code)
        }
    }

    private func connect() throws(PcscError) -> PcscMessage {
        if let card {
            do throws(PcscError) {
                try card.startAnew()
                return .connected(atr: try card.answerToReset())
            } catch {
                self.card = nil  // It has left meanwhile; perhaps another one lies there.
            }
        }
        let card = try PcscCard(reader, in: try usableContext())
        let atr = try card.answerToReset()
        self.card = card
        return .connected(atr: atr)
    }

    /// Needs no card.
    private func describe() throws(PcscError) -> PcscReader {
        let direct = try? PcscCard(reader, in: try usableContext(), direct: true)  // Held by another program: the name is known anyway.
        let version = direct?.attribute(DWORD(0x10102)).flatMap { $0.count == 4 ? $0 : nil }
        let serial = direct?.attribute(DWORD(0x10103)).map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return PcscReader(
            name: reader, firmware: version.map { "\($0[3]).\($0[2] < 10 ? "0" : "")\($0[2])" },
            serial: serial.flatMap { $0.isEmpty ? nil : $0 })
    }

    private func usableContext() throws(PcscError) -> PcscContext {
        if let context { return context }
        let context = try PcscContext()
        self.context = context
        return context
    }
}

/// A card taken for sole use; given back, and whatever was opened on it closed, with the object.
final class PcscCard {
    private let context: PcscContext
    private let handle: SCARDHANDLE
    private let isDirect: Bool
    private var activeProtocol: DWORD

    /// `direct`: only the reader, whatever lies on it.
    init(_ reader: String, in context: PcscContext, direct: Bool = false) throws(PcscError) {
        var handle = SCARDHANDLE()
        var activeProtocol = DWORD()
        let mode = DWORD(direct ? SCARD_SHARE_DIRECT : SCARD_SHARE_EXCLUSIVE)
        let protocols = DWORD(direct ? SCARD_PROTOCOL_UNDEFINED : SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)
        try pcscCall("SCardConnect") { SCardConnect(context.handle, reader, mode, protocols, &handle, &activeProtocol) }
        self.context = context
        self.handle = handle
        self.activeProtocol = activeProtocol
        isDirect = direct
    }

    // A sector that was opened must not stay open for whoever comes next.
    deinit { SCardDisconnect(handle, DWORD(isDirect ? SCARD_LEAVE_CARD : SCARD_RESET_CARD)) }

    /// Resets it; contactless cards are selected again by that.
    func startAnew() throws(PcscError) {
        let (mode, protocols) = (DWORD(SCARD_SHARE_EXCLUSIVE), DWORD(SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1))
        try pcscCall("SCardReconnect") { SCardReconnect(handle, mode, protocols, DWORD(SCARD_RESET_CARD), &activeProtocol) }
    }

    func answerToReset() throws(PcscError) -> [UInt8] {
        var atr = [UInt8](repeating: 0, count: PcscCodec.longestATR)
        var length = DWORD(atr.count)
        try pcscCall("SCardStatus") { SCardStatus(handle, nil, nil, nil, nil, &atr, &length) }
        return Array(atr.prefix(Int(length)))
    }

    func transmit(_ command: [UInt8]) throws(PcscError) -> [UInt8] {
        var answer = [UInt8](repeating: 0, count: PcscCodec.longestPayload)
        var length = DWORD(answer.count)
        try pcscCall("SCardTransmit") { pcsc_transmit(handle, activeProtocol, command, DWORD(command.count), &answer, &length) }
        return Array(answer.prefix(Int(length)))
    }

    /// `nil` where the reader's driver has no such attribute.
    func attribute(_ number: DWORD) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 255)
        var length = DWORD(bytes.count)
        guard SCardGetAttrib(handle, number, &bytes, &length) == 0 else { return nil }
        return Array(bytes.prefix(Int(length)))
    }
}
