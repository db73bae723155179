// SPDX-License-Identifier: Apache-2.0
import CPCSC
import Framing

/// A call to PC/SC that failed.
struct PcscError: Error, Hashable {
    var call: String
    var code: PcscCode
}

/// The one place where a return value of PC/SC is looked at.
func pcscCall(_ name: StaticString, _ body: () -> LONG) throws(PcscError) {
    // The library has 64 bits for a number of 32, with or without its sign.
    let code = PcscCode(rawValue: UInt32(truncatingIfNeeded: body()))
    if code != .success { throw PcscError(call: "\(name)", code: code) }
}

/// A connection to pcscd. Its calls block: each context belongs to one thread, which is never that of an encoder.
final class PcscContext {
    let handle: SCARDCONTEXT

    /// Connects; where systemd listens in pcscd's place, this starts it.
    init() throws(PcscError) {
        var handle = SCARDCONTEXT()
        try pcscCall("SCardEstablishContext") { SCardEstablishContext(DWORD(SCARD_SCOPE_SYSTEM), nil, nil, &handle) }
        self.handle = handle
    }

    // A context whose pcscd is gone cannot be given back, and need not be.
    deinit { SCardReleaseContext(handle) }

    /// Names of the readers, in pcscd's order.
    func readers() throws(PcscError) -> [String] {
        while true {
            do throws(PcscError) {
                var length: DWORD = 0
                try pcscCall("SCardListReaders") { SCardListReaders(handle, nil, nil, &length) }
                var names = [CChar](repeating: 0, count: Int(min(length, 65_536)))
                length = DWORD(names.count)
                try pcscCall("SCardListReaders") { SCardListReaders(handle, nil, &names, &length) }
                return names.split(separator: 0).map { String(decoding: $0.map { UInt8(bitPattern: $0) }, as: UTF8.self) }
            } catch {
                switch error.code {
                case .noReaders: return []
                // One more came between the question for the length and that for the names.
                case PcscCode(rawValue: 0x8010_0008): continue
                default: throw error
                }
            }
        }
    }

    /// What pcscd knows of a reader now, without waiting.
    func state(of reader: String) throws(PcscError) -> PcscReaderState {
        var state = PcscReaderState()
        try state.update(reader, in: self, limit: 0)
        return state
    }
}

/// What was last heard of a reader; a change is what differs from it.
struct PcscReaderState {
    /// The name under which pcscd tells of readers that come and go.
    static let readerList = #"\\?PnP?\Notification"#
    static let forever: DWORD = 0xFFFF_FFFF

    private(set) var flags: DWORD
    private(set) var atr: [UInt8] = []

    /// Nothing is known yet: the first question is answered at once.
    init() { flags = DWORD(SCARD_STATE_UNAWARE) }

    /// For ``readerList``: the upper half counts the readers that are known.
    init(readers count: Int) { flags = DWORD(count) << 16 }

    /// Blocks until something differs.
    mutating func update(_ reader: String, in context: PcscContext, limit: DWORD) throws(PcscError) {
        var state = SCARD_READERSTATE()
        state.dwCurrentState = flags
        let length = Int(MAX_ATR_SIZE)
        var outcome = LONG()
        reader.withCString { name in
            state.szReader = name
            outcome = SCardGetStatusChange(context.handle, limit, &state, 1)
            state.szReader = nil
        }
        try pcscCall("SCardGetStatusChange") { outcome }
        flags = state.dwEventState & ~DWORD(SCARD_STATE_CHANGED)
        let count = min(Int(state.cbAtr), length)
        atr = withUnsafeBytes(of: state.rgbAtr) { Array($0.prefix(count)) }
    }

    var isPresent: Bool { has(SCARD_STATE_PRESENT) }
    /// The reader itself is not there.
    var isGone: Bool { has(SCARD_STATE_UNKNOWN) || has(SCARD_STATE_UNAVAILABLE) || has(SCARD_STATE_IGNORE) }
    /// Cards that came and left, counted by pcscd.
    var turns: Int { Int(flags >> 16 & 0xFFFF) }

    private func has(_ flag: some BinaryInteger) -> Bool { flags & DWORD(truncatingIfNeeded: flag) != 0 }
}
