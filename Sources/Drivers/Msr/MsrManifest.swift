// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

extension MsrDriver {
    /// The serial models are known from the makers' programming manuals; the 605X from open drivers and recorded packets only.
    public static let manifest = DriverManifest(
        name: "msr", title: "Magnetic stripe encoders (MSR206, MSR605, MSR606, MSRE206, MSR605X)", kind: .raw,
        capabilities: [.read, .erase, .cancel, .verify, .reset, .selfTest], ports: [.tty, .hidraw], line: MsrSettings.makersLine,
        settings: MsrSettings.all,
        models: [
            EncoderModelEntry("MSR206", evidence: 4),
            EncoderModelEntry("MSR605", evidence: 4),
            EncoderModelEntry("MSR606", evidence: 4),
            EncoderModelEntry("MSRE206", evidence: 4),
            EncoderModelEntry("MSR605X", usb: [USBID(0x0801, 0x0003)], evidence: 3),
        ],
        hardwareNote: "msr.md", media: [.magnetic], gesture: .swipe)
}
