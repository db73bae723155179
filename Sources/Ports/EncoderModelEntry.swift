// SPDX-License-Identifier: Apache-2.0

/// One model of a family.
public struct EncoderModelEntry: Sendable, Hashable {
    public var name: String
    /// USB ids that are the encoder's **own** (never those of a bare serial adapter), for udev rules.
    public var usb: [USBID]
    /// How the protocol is known: 1 reverse engineered, 2 fragments, 3 public text or client, 4 maker's manual, 5 with the hardware.
    public var evidence: Int

    public init(_ name: String, usb: [USBID] = [], evidence: Int) {
        self.name = name
        self.usb = usb
        self.evidence = evidence
    }
}
