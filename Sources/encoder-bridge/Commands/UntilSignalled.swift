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
    let work = Task { try await body() }
    let signals = Task {
        let trapped: [UnixSignal] = onHangUp == nil ? [.sigterm, .sigint] : [.sigterm, .sigint, .sighup]
        for await signal in await UnixSignalsSequence(trapping: trapped) {
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
