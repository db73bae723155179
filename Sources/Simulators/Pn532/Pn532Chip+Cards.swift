// SPDX-License-Identifier: Apache-2.0

/// Commands that reach the listed card.
extension Pn532Chip {
    private enum Status {
        static let good: UInt8 = 0x00
        static let timeout: UInt8 = 0x01
        static let refusedByCard: UInt8 = 0x13
        static let authentication: UInt8 = 0x14
        static let context: UInt8 = 0x27
    }

    /// InDataExchange. Status, and what the card gave.
    mutating func exchange(_ parameters: [UInt8], at now: Duration) -> ([UInt8], [SimulatorEvent]) {
        guard let target, parameters[0] & 0x3F == 1 else { return ([Status.context], []) }
        guard var card = traffic.card, card.uid == target, !isHalted else { return ([Status.timeout], []) }
        let request = Array(parameters.dropFirst())
        let isWrite = request[0] == 0xA0 || request[0] == 0xA2
        if isWrite, strikes(.cardLifted) { return ([Status.timeout], traffic.take(at: now)) }
        let answer = perform(request, on: &card)
        let wasWritten = isWrite && answer.first == Status.good
        if answer.first != Status.good { isHalted = true }
        // Pages tell which card it is and how large: to be looked at is no reason to stay.
        let isLook = if case .pages = card { request[0] == 0x30 } else { false }
        if isLook { traffic.keep(card) } else { traffic.update(card, wasWritten: wasWritten, at: now) }
        guard wasWritten else { return (answer, []) }
        let place = if case .pages = card { "page \(request[1])" } else { "block \(request[1])" }
        let content = [place: SimulatedCard.hex(Array(request[2...]))]
        return (answer, [.cardCut(SimulatedCard(number: traffic.number, uid: card.uid, content: content))])
    }

    private mutating func perform(_ request: [UInt8], on card: inout ContactlessCard) -> [UInt8] {
        switch card {
        case .classic(var classic):
            defer { card = .classic(classic) }
            switch (request[0], request.count) {
            case (0x60, 12), (0x61, 12):
                let key: ClassicCard.Key = request[0] == 0x60 ? .a : .b
                let fits = classic.authenticate(block: Int(request[1]), key: Array(request[2..<8]), key, uid: Array(request[8...]))
                return [fits && !strikes(.wrongKey) ? Status.good : Status.authentication]
            case (0x30, 2):
                return classic.read(Int(request[1])).map { [Status.good] + $0 } ?? [Status.authentication]
            case (0xA0, 18): return [classic.write(Int(request[1]), Array(request[2...])) ? Status.good : Status.authentication]
            default: return [Status.timeout]
            }
        case .pages(var pages):
            defer { card = .pages(pages) }
            switch (request[0], request.count) {
            case (0x30, 2): return pages.read(Int(request[1])).map { [Status.good] + $0 } ?? [Status.refusedByCard]
            case (0xA2, 6): return [pages.write(Int(request[1]), Array(request[2...])) ? Status.good : Status.refusedByCard]
            case (0xA0, 18): return [pages.write(Int(request[1]), Array(request[2..<6])) ? Status.good : Status.refusedByCard]
            default: return [Status.timeout]
            }
        }
    }

    /// InCommunicateThru: bytes for the card as they are. Classic cards speak in cipher once they are open, which nobody can send so.
    mutating func passThrough(_ request: [UInt8]) -> [UInt8] {
        guard target != nil, !isHalted, case .pages(let pages)? = traffic.card else { return [Status.timeout] }
        switch (request[0], request.count) {
        case (0x60, 1): return pages.version.map { [Status.good] + $0 } ?? [Status.timeout]
        case (0x30, 2...): return pages.read(Int(request[1])).map { [Status.good] + $0 } ?? [Status.timeout]
        default: return [Status.timeout]
        }
    }
}
