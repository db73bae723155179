// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import UnixSignals

/// Works until it is done, or until SIGINT or SIGTERM; a failure is said in one sentence and ends with the status for trouble.
/// - Parameters:
///   - onHangUp: what SIGHUP does; `nil`: it ends the program, as the system has it.
///   - sentence: says a failure, and what to do.
func untilSignalled(
    onHangUp: (@Sendable () -> Void)? = nil, saying sentence: @Sendable (any Error) -> String = { "\($0)" },
    _ body: @escaping @Sendable () async throws -> Void
) async throws {
    // Before the work says anything: who reads that it is ready may send one at once.
    let trapped = await UnixSignalsSequence(trapping: onHangUp == nil ? [.sigterm, .sigint] : [.sigterm, .sigint, .sighup])
    let work = Task { try await body() }
    let signals = Task {
        for await signal in trapped {
            if signal == .sighup { onHangUp?() } else { work.cancel() }
        }
    }
    defer { signals.cancel() }
    do {
        try await work.value
    } catch is CancellationError {
        return  // asked to end
    } catch {
        complain(sentence(error))
        throw ExitCode.trouble
    }
}
