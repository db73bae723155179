// SPDX-License-Identifier: Apache-2.0
import Framing
import Testing

@Suite struct ChecksumTests {
    @Test func xor_isZero_forNoBytes() {
        #expect(Checksum.xor([]) == 0)
    }

    /// |CO|0|149|: the check is 03, the end byte itself.
    @Test func xor_givesTheEndByte_forCheckOutOfRoom149() {
        let body: [UInt8] = [0xB3, 0x43, 0x4F, 0xB3, 0x30, 0xB3, 0x31, 0x34, 0x39, 0xB3]
        #expect(Checksum.xor(body + [0x03]) == 0x03)
    }
}
