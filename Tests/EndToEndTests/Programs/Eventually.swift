// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Waits for a condition of another process, and gives what it found. An error of the condition counts as "not yet": a program that
/// has just been started answers nothing.
func eventually<Value: Sendable>(
    _ what: String, within limit: Duration = .seconds(60), every pause: Duration = .milliseconds(10),
    _ condition: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    var last: (any Error)?
    repeat {
        do {
            if let value = try await condition() { return value }
            last = nil
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            last = error
        }
        try await Task.sleep(for: pause)
    } while ContinuousClock.now < deadline
    throw Trouble("waited \(limit) for \(what)" + (last.map { ": \($0)" } ?? ""))
}

/// The same for a plain yes or no.
func eventually(_ what: String, within limit: Duration = .seconds(60), _ condition: () async throws -> Bool) async throws {
    let _: Bool = try await eventually(what, within: limit) { try await condition() ? true : nil }
}
