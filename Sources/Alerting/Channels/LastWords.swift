// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Synchronization

/// What a program says last on its standard error, however much it says before: it is read as it comes, so that nobody has to stop.
final class LastWords: Sendable {
    let pipe = Pipe()
    private let end = Mutex<[UInt8]>([])
    private static let longest = 2000

    init() throws {
        guard fcntl(pipe.fileHandleForReading.fileDescriptor, F_SETFL, O_NONBLOCK) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EMFILE)
        }
        pipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
            if self?.read() != true { handle.readabilityHandler = nil }
        }
    }

    deinit { pipe.fileHandleForReading.readabilityHandler = nil }

    /// The last lines so far: msmtp names what is wrong in the one before the last.
    var text: String {
        read()
        let lines = String(decoding: end.withLock { $0 }, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(3)
        return PlainText.clean(lines.map { $0.prefix(200) }.joined(separator: "; "))
    }

    /// Takes what is there.
    /// - Returns: whether more may come.
    @discardableResult private func read() -> Bool {
        end.withLock { end in
            var piece = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = Foundation.read(pipe.fileHandleForReading.fileDescriptor, &piece, piece.count)
                guard count > 0 else { return count < 0 }
                end = (end + piece.prefix(count)).suffix(Self.longest)
            }
        }
    }
}
