// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Ports

/// The udev rules of the bridge as text. Pure: what the kernel and udev make of them is tried by the tests.
///
/// A site or this file *marks* a port with a property; everything else (group, mode, keeping others away) follows from the mark.
public enum UdevRules {
    /// Sorts behind 60-serial.rules, which makes ID_PATH and ID_SERIAL_SHORT, and before 73-seat-late.rules, which acts on what is set.
    /// (`60-encoder-bridge` would sort before `60-serial` and find nothing.)
    public static let fileName = "62-encoder-bridge.rules"
    /// The site's own file in /etc/udev/rules.d; it is read before ours.
    public static let localFileName = "61-encoder-bridge-local.rules"
    /// Owns the marked ports; made by packaging/sysusers.d.
    public static let group = "encoder-bridge"
    /// The driver that a port belongs to: the mark.
    public static let driverProperty = "ENCODER_BRIDGE_DRIVER"
    /// The name of the encoder behind it, if the site's rule gives one.
    public static let nameProperty = "ENCODER_BRIDGE_NAME"

    /// The file that the package installs. Names only ids that are an encoder's own: a bare serial chip is never taken.
    public static func packaged(for manifests: [DriverManifest]) -> String {
        """
        # SPDX-License-Identifier: Apache-2.0
        # Made from the driver manifests by `make generate`. README.md in this folder explains every line.
        # A site's own ports stand in /etc/udev/rules.d/\(localFileName): `encoder-bridge rules --help`.

        ACTION=="remove", GOTO="encoder_bridge_end"
        SUBSYSTEM!="tty|hidraw", GOTO="encoder_bridge_end"

        # Encoders with a USB id of their own.
        \(ownDevices(of: manifests))

        ENV{\(driverProperty)}!="?*", GOTO="encoder_bridge_end"

        # udev gives hidraw nodes no identity before systemd 254. An import that fails ends its line: one a line.
        SUBSYSTEM=="hidraw", IMPORT{builtin}="usb_id"
        SUBSYSTEM=="hidraw", IMPORT{builtin}="path_id"
        SUBSYSTEM=="hidraw", TAG+="systemd"

        # Nobody else talks to an encoder: no modem probing, no search for a GPS receiver.
        ENV{ID_MM_DEVICE_IGNORE}="1", ENV{ID_MM_PORT_IGNORE}="1"
        ENV{SYSTEMD_WANTS}=="gpsdctl@*", ENV{SYSTEMD_WANTS}=""

        # FTDI chips hold short answers back for 16 ms unless told otherwise.
        SUBSYSTEM=="tty", DRIVERS=="ftdi_sio", ATTR{device/latency_timer}="1"

        # The group on a line of its own: newer versions of udev drop the whole line when they do not know it.
        MODE="0660"
        GROUP="\(group)"

        LABEL="encoder_bridge_end"

        """
    }

    /// One line for each model's id, in the order of the manifests. A mark that the site has set stays.
    private static func ownDevices(of manifests: [DriverManifest]) -> String {
        var lines: [String] = []
        for manifest in manifests {
            let subsystems = [PortKind.tty, .hidraw].filter(manifest.ports.contains).map(\.rawValue)
            guard !subsystems.isEmpty else { continue }
            var written: Set<USBID> = []
            for model in manifest.models {
                for id in model.usb where SerialBridgeChip.named(id) == nil && written.insert(id).inserted {
                    lines.append("# \(plain(model.name))")
                    lines.append(
                        "SUBSYSTEM==\"\(subsystems.joined(separator: "|"))\", ATTRS{idVendor}==\"\(id.vendorText)\", "
                            + "ATTRS{idProduct}==\"\(id.productText)\", ENV{\(driverProperty)}!=\"?*\", "
                            + "ENV{\(driverProperty)}=\"\(manifest.name)\"")
                }
            }
        }
        return lines.isEmpty ? "# (None of the drivers has one yet.)" : lines.joined(separator: "\n")
    }

    /// A comment must stay one.
    private static func plain(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }
}

extension USBID {
    /// `0801`: four hex digits in lower case, as sysfs writes them.
    var vendorText: String { String(description.prefix(4)) }
    var productText: String { String(description.suffix(4)) }
}
