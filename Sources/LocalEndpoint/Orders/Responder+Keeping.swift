// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel

/// An order or a wish to cancel is kept before anybody hears that it was. On a disk that does not answer that has no end, and a client
/// must not wait without one. The deed goes on: it cannot be taken back, so nothing is said of it but what is known.
extension Responder {
    func keep(_ request: JobRequest) async throws -> Acceptance {
        let desk = desk
        return try await kept { () async throws(JournalFault) in try await desk.submit(request) }
    }

    func keepCancel(_ id: JobID, by client: String) async throws -> Cancellation {
        let desk = desk
        return try await kept { () async throws(JournalFault) in try await desk.cancel(id, by: client) }
    }

    private func kept<Value: Sendable>(_ deed: @escaping @Sendable () async throws(JournalFault) -> Value) async throws -> Value {
        let keeping = keeping
        let answer = await waiting(
            for: {
                do throws(JournalFault) { return Result<Value, JournalFault>.success(try await deed()) } catch { return .failure(error) }
            },
            unless: { try await Task.sleep(for: keeping) })
        guard let answer else { throw Problem.notKeptYet }
        return try answer.get()
    }
}
