// SPDX-License-Identifier: Apache-2.0
import DriverKit

/// What a site writes down so that an encoder behind a generic chip gets its driver: an entry of the configuration, and a line of the
/// site's own udev rules, which also keeps ModemManager off and gives the port to the service's group.
public struct Adoption: Sendable, Hashable {
    public var configuration: String
    public var rule: String
    /// Why there is no rule: the port is not udev's.
    public var remark: String?

    /// - Parameters:
    ///   - driver: `nil`: a placeholder for the person to fill in.
    ///   - name: of the encoder.
    public init(_ port: PortFacts, in diagnosis: Diagnosis, driver: String?, name: String) {
        let match = diagnosis.match(for: port)
        let driver = driver ?? diagnosis.owner(of: port)?.name ?? "DRIVER"
        configuration = """
            encoders:
              \(name):
                driver: \(driver)
                match: { \(match.key): "\(Self.quoted(match.value))" }
            """
        guard port.port.usb != nil, port.port.kind == .tty || port.port.kind == .hidraw else {
            rule = ""
            remark = "no udev rule: this is no USB port"
            return
        }
        var conditions = ["SUBSYSTEM==\"\(port.port.kind == .tty ? "tty" : "hidraw")\""]
        if match.key == "serial" {
            if let id = port.port.usb?.description.split(separator: ":"), id.count == 2 {
                conditions += ["ENV{ID_VENDOR_ID}==\"\(id[0])\"", "ENV{ID_MODEL_ID}==\"\(id[1])\""]
            }
            conditions.append("ENV{ID_SERIAL_SHORT}==\"\(Self.pattern(match.value))\"")
        } else if let path = port.record.properties["ID_PATH"] ?? port.port.idPath {
            conditions.append("ENV{ID_PATH}==\"\(Self.pattern(path))\"")
            // All ports of one adapter have the same path.
            if let number = port.port.portNumber, port.port.idPath?.hasSuffix(":\(number)") == true {
                conditions.append("ATTRS{port_number}==\"\(number)\"")
            }
        }
        rule = (conditions + ["ENV{ENCODER_BRIDGE_DRIVER}=\"\(driver)\"", "ENV{ENCODER_BRIDGE_NAME}=\"\(name)\""]).joined(separator: ", ")
        remark = match.key == "path" ? "bound to USB port \(port.socket ?? match.value): do not move the plug" : nil
    }

    /// In a rule, `*`, `?` and `[` stand for anything, and a quotation mark would end the text. Serial numbers come from the device.
    private static func pattern(_ text: String) -> String {
        String(text.map { character in "*?[]|\"\\$%".contains(character) ? "?" : character })
    }

    private static func quoted(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
}
