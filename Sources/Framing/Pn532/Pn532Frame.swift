// SPDX-License-Identifier: Apache-2.0

/// A frame of the NXP PN532 over its high speed UART (UM0701-02, section 6.2.1).
public enum Pn532Frame: Sendable, Hashable {
    /// "Taken" in both directions; from the host it also breaks off the command in hand.
    case acknowledge
    /// From the host: "say your last frame again". From the chip: "I could not read that, send it again".
    case refuse
    /// From the chip: it does not do what the command asks (syntax error).
    case applicationError
    /// From the host: code and parameters.
    case command([UInt8])
    /// From the chip: code of the command plus one, and what it gives.
    case response([UInt8])
    /// Wakes the chip from power-down: sent by the host, never received as a frame. Long enough for the chip's clock to start.
    case wakeUp
}

extension Pn532Frame {
    /// Who speaks, the first byte of a frame's content.
    enum Speaker {
        static let host: UInt8 = 0xD4
        static let chip: UInt8 = 0xD5
        static let error: UInt8 = 0x7F
    }

    static let acknowledgeBytes: [UInt8] = [0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00]
    static let refuseBytes: [UInt8] = [0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00]
    static let wakeUpBytes: [UInt8] = [0x55, 0x55] + [UInt8](repeating: 0, count: 14)
}
