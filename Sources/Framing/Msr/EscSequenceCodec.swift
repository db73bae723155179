// SPDX-License-Identifier: Apache-2.0

/// The protocol of MSR encoders. An answer can only be read by the question: so the codec remembers what was asked, and the last kind
/// of reading, whose answer may still come after other questions.
///
/// Commands that are never answered leave the question open, because they may be sent while another answer is due.
public struct EscSequenceCodec: FrameCodec {
    /// How bytes are wrapped on their way.
    public enum Wrapping: Sendable, Hashable {
        /// As they are: a serial line.
        case bare
        /// In packets of ``EscReports``: hidraw.
        case reports
    }

    /// Firmware text has no end mark; the manual's own example program waits a little longer than the encoder ever pauses.
    private static let quiet = Duration.milliseconds(50)
    /// What has begun and does not go on for so long will not go on.
    private static let brokenOff = Duration.milliseconds(300)
    private static let longestText = 64

    private var asked = EscAnswer.none
    private var blockKind = EscBlock.Kind.iso
    private var received: [UInt8] = []
    private var reports: EscReports?
    /// Messages of reports behind the one in ``received``.
    private var messages: ArraySlice<[UInt8]> = []
    private var dropped = 0
    private var isQuiet = false
    /// What is in hand may be a frame if nothing follows.
    private var mayBeComplete = false

    public init(_ wrapping: Wrapping = .bare) {
        reports = wrapping == .reports ? EscReports() : nil
    }

    /// No byte of an answer but its status: the answer to another question may be read as one, and that may be a card's.
    public static func kind(of frame: EscFrame) -> String {
        switch frame {
        case .command, .status, .alive, .isoTracks, .rawTracks: frame.description
        case .model: "model"
        case .text: "text"
        case .coercivity: "coercivity"
        case .leadingZeros: "leading zeros"
        case .bitsPerCharacter: "bits per character"
        }
    }

    /// Only commands go out from here; there are no bytes for anything else.
    public mutating func encode(_ frame: EscFrame) -> [UInt8] {
        guard case .command(let command) = frame else { return [] }
        if command.answer != .none { asked = command.answer }
        switch command.answer {
        case .isoBlock: blockKind = .iso
        case .rawBlock: blockKind = .raw
        default: break
        }
        return reports == nil ? command.bytes : EscReports.wrap(command.bytes)
    }

    public mutating func receive(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        isQuiet = false
        if let complete = reports?.receive(bytes) { messages += complete } else { received += bytes }
    }

    public mutating func next() -> Decoded<EscFrame>? {
        while true {
            mayBeComplete = false
            skip(to: received.firstIndex(of: EscCommand.escape) ?? received.endIndex)
            guard !received.isEmpty else {
                guard let message = messages.popFirst() else { return nil }
                received = message
                continue
            }
            switch reading() {
            case .frame(let frame, let length):
                received.removeFirst(length)
                return .frame(frame)
            case .nonsense(let why):
                skip(to: 1)
                if let why { return .damaged(why) }
            case .incomplete(let complete):
                // The end of a message is as good as silence.
                if let complete, isQuiet || reports != nil {
                    received.removeFirst(complete.length)
                    return .frame(complete.frame)
                }
                if let message = messages.popFirst() {
                    received += message
                } else if isQuiet {
                    let began = received.count > 2
                    skip(to: 1)
                    if began { return .damaged("broken off") }
                } else {
                    mayBeComplete = complete != nil
                    return nil
                }
            }
        }
    }

    public mutating func reset() {
        asked = .none
        received.removeAll()
        messages = []
        reports?.forget()
        isQuiet = false
        mayBeComplete = false
    }

    public var discardedBytes: Int { dropped + (reports?.discarded ?? 0) }

    public var endedBySilence: Duration? {
        if mayBeComplete { return Self.quiet }
        return received.isEmpty && reports?.isIncomplete != true ? nil : Self.brokenOff
    }

    public mutating func silence() {
        isQuiet = true
        reports?.forget()
    }

    /// Bytes that wait for the rest of their frame.
    public var pendingBytes: Int { received.count + messages.reduce(0) { $0 + $1.count } + (reports?.pendingBytes ?? 0) }

    private mutating func skip(to place: Int) {
        dropped += place
        received.removeFirst(place)
    }

    // MARK: Reading by the question

    /// The first byte is ESC.
    private func reading() -> EscReading {
        guard received.count > 1 else { return .incomplete() }
        if received[1] == UInt8(ascii: "s") {
            guard received.count > 2 else { return .incomplete() }
            if received[2] == EscCommand.escape || (received.count > 3 && received[2] == 0x3F && received[3] == 0x1C) {
                return EscBlock.read(blockKind, received[...])
            }
        }
        switch asked {
        case .alive where received[1] == UInt8(ascii: "y"): return .frame(.alive, length: 2)
        case .coercivity:
            switch received[1] {
            case UInt8(ascii: "H"), UInt8(ascii: "h"): return .frame(.coercivity(high: true), length: 2)
            case UInt8(ascii: "L"), UInt8(ascii: "l"): return .frame(.coercivity(high: false), length: 2)
            default: return status
            }
        case .model:
            if received.count > 2 { return received[2] == UInt8(ascii: "S") ? .frame(.model(received[1]), length: 3) : status }
            return .incomplete(whenQuiet: statusWhenQuiet)
        case .leadingZeros:
            if received.count > 2 { return .frame(.leadingZeros(outer: received[1], middle: received[2]), length: 3) }
            return .incomplete(whenQuiet: statusWhenQuiet)
        case .bitsPerCharacter where received[1] == 0x30:
            let widths = received.dropFirst(2).prefix(3)
            guard widths.allSatisfy({ (5...8).contains($0) }) else { return status }
            guard widths.count == 3 else { return .incomplete(whenQuiet: statusWhenQuiet) }
            return .frame(.bitsPerCharacter(received[2], received[3], received[4]), length: 5)
        case .text: return text
        case .none, .alive, .status, .bitsPerCharacter, .isoBlock, .rawBlock: return status
        }
    }

    private var status: EscReading { statusWhenQuiet.map { .frame($0.frame, length: $0.length) } ?? .nonsense(nil) }

    /// The manual calls everything from 31 to 3F an error.
    private var statusWhenQuiet: (frame: EscFrame, length: Int)? {
        (0x30...0x3F).contains(received[1]) || received[1] == 0x41 ? (.status(received[1]), 2) : nil
    }

    private var text: EscReading {
        let printable = received.dropFirst().prefix(Self.longestText).prefix { (0x20...0x7E).contains($0) }
        guard !printable.isEmpty else { return .nonsense(nil) }
        let whole: (frame: EscFrame, length: Int) =
            printable.count == 1
            ? statusWhenQuiet ?? (.text(Self.string(printable)), 2) : (.text(Self.string(printable)), 1 + printable.count)
        let isEnded = 1 + printable.count < received.count || printable.count == Self.longestText
        return isEnded ? .frame(whole.frame, length: whole.length) : .incomplete(whenQuiet: whole)
    }

    private static func string(_ printable: ArraySlice<UInt8>) -> String { String(decoding: printable, as: UTF8.self) }
}
