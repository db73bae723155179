// SPDX-License-Identifier: Apache-2.0

/// The checks that encoders put behind their frames.
public enum Checksum {
    /// All bytes XORed with one another ("LRC", "BCC"); 0 for none.
    public static func xor(_ bytes: some Sequence<UInt8>) -> UInt8 {
        bytes.reduce(0, ^)
    }
}
