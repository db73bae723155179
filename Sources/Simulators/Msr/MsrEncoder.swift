// SPDX-License-Identifier: Apache-2.0

/// A magnetic encoder of the MSR605 kind with a person who swipes cards, as a value.
struct MsrEncoder: DeviceMachine {
    private let options: SimulatorOptions
    private var faults: FaultSchedule
    private var reader = MsrRequestReader()
    private var pending: Pending?
    /// Deaf and dumb until then.
    private var stuckUntil: Duration?
    private var isHigh = false
    private var widths: [UInt8] = [7, 5, 5]
    private var zeros: (UInt8, UInt8) = (61, 22)
    /// The card that was swiped last. Reading swipes it again, writing takes a new one.
    private var card = MagneticStripe()
    private var cardsWritten = 0
    private(set) var light: UInt8 = 0x82

    /// A command that waits for a swipe.
    private struct Pending: Sendable {
        var request: MsrRequest
        /// When the card goes through; `nil`: nobody comes.
        var swipe: Duration?
    }

    init(_ options: SimulatorOptions) {
        self.options = options
        faults = FaultSchedule(options.faults)
        leavePending()
    }

    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) {
        faults.set(fault, occurrence)
        if fault == .pendingRead { leavePending() }
    }

    /// A program before ours ended while it waited for a swipe.
    private mutating func leavePending() {
        if faults.strikes(.pendingRead) { pending = Pending(request: .read(raw: false), swipe: nil) }
    }

    mutating func loseLine() {
        reader.clear()
        pending = nil
        stuckUntil = nil
        isHigh = false
        widths = [7, 5, 5]
        leavePending()
    }

    var nextDeadline: Duration? { pending?.swipe ?? stuckUntil }

    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction] {
        if let stuckUntil, now < stuckUntil { return [] }
        stuckUntil = nil
        reader.receive(bytes)
        var actions: [DeviceAction] = []
        while let request = reader.next() {
            // Without its 24 V the encoder is not there, whatever the adapter in the cable says.
            if faults.strikes(.silent) { continue }
            actions += take(request, at: now)
        }
        return actions
    }

    private mutating func take(_ request: MsrRequest, at now: Duration) -> [DeviceAction] {
        if case .reset = request {
            pending = nil
            return []
        }
        // While a swipe is awaited only a reset is heard.
        guard pending == nil else { return [] }
        switch request {
        case .light(let light):
            self.light = light
            return []
        case .sensorTest: return []  // Answered when a card passes; nobody swipes one for it.
        case .read, .erase, .writeText, .writeBits: return wait(request, at: now)
        default: return answer(request)
        }
    }

    private mutating func answer(_ request: MsrRequest) -> [DeviceAction] {
        switch request {
        case .test: return [.send([0x1B, 0x79])]
        case .model: return [.send([0x1B, 0x33, 0x53])]
        case .firmware: return [.send([0x1B] + Array("REVT3.12".utf8))]
        case .ramTest: return status(0x30)
        case .readLeadingZeros: return [.send([0x1B, zeros.0, zeros.1])]
        case .readCoercivity: return [.send([0x1B, isHigh ? 0x68 : 0x6C])]
        case .coercivity(let high):
            isHigh = high
            return status(0x30)
        case .leadingZeros(let outer, let middle):
            zeros = (outer, middle)
            return status(0x30)
        case .density(let code): return status([0xD2, 0x4B, 0xA1, 0xA0, 0xC1, 0xC0].contains(code) ? 0x30 : 0x41)
        case .widths(let asked):
            guard asked.allSatisfy({ (5...8).contains($0) }) else { return status(0x41) }
            widths = asked
            return [.send([0x1B, 0x30] + asked)]
        case .badFormat: return status(0x32)
        default: return status(0x34)
        }
    }

    private func status(_ status: UInt8) -> [DeviceAction] { [.send([0x1B, status])] }

    // MARK: Swipes

    private mutating func wait(_ request: MsrRequest, at now: Duration) -> [DeviceAction] {
        let received = DeviceAction.report(.orderReceived(command: Self.name(request), rooms: []))
        if case .writeText(let tracks) = request, !Self.fits(tracks) { return [received] + status(0x32) }
        if faults.strikes(.unplugMidJob) {
            pending = Pending(request: .unknown, swipe: now + options.unplugAfter)
        } else {
            pending = Pending(request: request, swipe: faults.strikes(.noCard) ? nil : now + options.cardDelay)
        }
        return [received]
    }

    private static func fits(_ tracks: [[UInt8]]) -> Bool {
        zip(1...3, tracks).allSatisfy { track, text in text.isEmpty || MagneticStripe.flux(ofText: text, track: track) != nil }
            && tracks.map(\.count).elementsEqual([76, 37, 104], by: <=)
    }

    mutating func advance(to now: Duration) -> [DeviceAction] {
        if let stuckUntil, stuckUntil <= now { self.stuckUntil = nil }
        guard let pending, let swipe = pending.swipe, swipe <= now else { return [] }
        self.pending = nil
        if case .unknown = pending.request { return [.unplug(for: options.absence)] }
        if faults.strikes(.badSwipe) { return refuse(0x39) }
        switch pending.request {
        case .read(let raw): return [.send(reading(raw: raw)), .report(.answered("1B 30"))]
        case .erase(let selector):
            for track in 1...3 where selector & (1 << UInt8(track - 1)) != 0 || (selector == 0 && track == 1) { card[track] = [] }
            return done([])
        case .writeText, .writeBits: return write(pending.request, at: swipe)
        default: return []
        }
    }

    private mutating func write(_ request: MsrRequest, at now: Duration) -> [DeviceAction] {
        if faults.strikes(.writeError) || (!isHigh && faults.strikes(.lowCoercivity)) { return refuse(0x31) }
        // A card is written from its first bit on: the other way round the encoder notices.
        if faults.strikes(.swipeBackwards) { return refuse(0x39) }
        var stripe = MagneticStripe()
        switch request {
        case .writeText(let tracks):
            for (track, text) in zip(1...3, tracks) where !text.isEmpty {
                stripe[track] = MagneticStripe.flux(ofText: text, track: track) ?? []
            }
        case .writeBits(let tracks):
            for (track, bytes) in zip(1...3, tracks) {
                stripe[track] = MagneticStripe.flux(ofWritten: bytes, width: Int(widths[track - 1]))
            }
        default: break
        }
        card = stripe
        cardsWritten += 1
        let cut = SimulatedCard(number: cardsWritten, content: Self.content(request))
        if faults.strikes(.timeout) {
            // It has written and hangs before it says so.
            stuckUntil = now + options.lateBy
            return [.report(.cardCut(cut))]
        }
        return done([.report(.cardCut(cut))])
    }

    private func done(_ reports: [DeviceAction]) -> [DeviceAction] { reports + status(0x30) + [.report(.answered("1B 30"))] }

    private func refuse(_ code: UInt8) -> [DeviceAction] {
        status(code) + [.report(.answered("1B " + String(code, radix: 16)))]
    }

    private mutating func reading(raw: Bool) -> [UInt8] {
        let seen = faults.strikes(.swipeBackwards) ? card.turned : card
        var bytes: [UInt8] = [0x1B, 0x73]
        for track in 1...3 {
            bytes += [0x1B, UInt8(track)]
            if raw {
                let content = MagneticStripe.rawReading(of: seen[track], width: Int(widths[track - 1]))
                bytes += [UInt8(content.count)] + content
            } else {
                switch seen.text(track: track) {
                case .empty: bytes += [0x1B, 0x2B]
                case .undecodable: bytes += [0x1B, 0x2A]
                case .text(let text): bytes += text
                }
            }
        }
        return bytes + [0x3F, 0x1C, 0x1B, 0x30]
    }

    /// Text as text, bits as the bytes that came.
    private static func content(_ request: MsrRequest) -> [String: String] {
        let tracks: [(Int, String)] =
            switch request {
            case .writeText(let tracks): zip(1...3, tracks).map { ($0, String(decoding: $1, as: UTF8.self)) }
            case .writeBits(let tracks): zip(1...3, tracks).map { ($0, SimulatedCard.hex($1)) }
            default: []
            }
        return Dictionary(tracks.filter { !$0.1.isEmpty }.map { ("track \($0.0)", $0.1) }) { first, _ in first }
    }

    private static func name(_ request: MsrRequest) -> String {
        switch request {
        case .read(let raw): raw ? "ESC m" : "ESC r"
        case .erase: "ESC c"
        case .writeText: "ESC w"
        case .writeBits: "ESC n"
        default: "ESC"
        }
    }
}
