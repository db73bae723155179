// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import EncoderModel
import Glibc
import Synchronization

/// Owns an open file. Closing it while another thread uses it cannot hit a stranger's file of the same number: use and
/// close exclude each other, and every use is a call that does not block.
final class Descriptor: Sendable {
    private let number: Mutex<Int32?>
    /// For poll only, where a stale number does no harm.
    let pollNumber: Int32

    init(_ number: Int32) {
        pollNumber = number
        self.number = Mutex(number)
    }

    deinit { close() }

    /// Makes one system call with the descriptor. Throws EBADF once it is closed.
    func call<Result: SignedInteger & Sendable>(_ name: StaticString, _ body: (Int32) -> Result) throws(SystemError) -> Result {
        let outcome = number.withLock { number -> Swift.Result<Result, SystemError> in
            guard let number else { return .failure(SystemError(call: "\(name)", code: EBADF)) }
            do throws(SystemError) {
                return .success(try systemCall(name) { body(number) })
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Closes once; later calls do nothing. `before` gets the descriptor for what must be given back first.
    func close(before: (Int32) -> Void = { _ in }) {
        let taken = number.withLock { number in
            defer { number = nil }
            return number
        }
        guard let taken else { return }
        before(taken)
        // Linux frees the number whatever close says, so it is neither repeated nor could anybody act on its error.
        _ = Glibc.close(taken)
    }
}
