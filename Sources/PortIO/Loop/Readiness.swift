// SPDX-License-Identifier: Apache-2.0

/// What came of a wait on a ``Watch``.
enum Readiness: Sendable, Equatable {
    /// The descriptor can be used without blocking; `hungUp` when the other side is gone (there may still be bytes to read).
    case ready(hungUp: Bool)
    case deadline
    /// Someone called ``Watch/interrupt()``.
    case interrupted
    /// The watch was closed while it was waited for, or before.
    case closed
}
