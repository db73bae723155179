// SPDX-License-Identifier: Apache-2.0

/// What kind of card content is written on: what a driver can write, and what a card layout is for.
public enum CardMedium: String, Sendable, Hashable, CaseIterable {
    case magnetic
    /// MIFARE Classic.
    case blocks
    /// Ultralight and NTAG.
    case pages
}
