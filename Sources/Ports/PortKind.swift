// SPDX-License-Identifier: Apache-2.0

/// The kinds of way to an encoder.
public enum PortKind: String, Sendable, Hashable, CaseIterable {
    case tty, hidraw, pcsc, tcp
}
