// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// What a site writes down so that an encoder behind a generic chip gets its driver: an entry of the configuration, and a line of the
/// site's own udev rules, which also keeps ModemManager off and gives the port to the service's group.
public struct Adoption: Sendable, Hashable {
    public var configuration: String
    public var rule: String
    /// Why there is no rule: the port is not udev's.
    public var remark: String?

    /// - Parameters:
    ///   - driver: `nil`: the one that the port's own ids name.
    ///   - name: of the encoder.
    /// - Returns: `nil` when nothing tells the driver: only a person knows what hangs on the adapter.
    public init?(_ port: PortFacts, in diagnosis: Diagnosis, driver: String?, name: String) {
        guard let driver = driver ?? diagnosis.owner(of: port)?.name ?? (port.port.kind == .pcsc ? "pcsc" : nil) else { return nil }
        var match = diagnosis.match(for: port)
        do throws(UdevRules.Refusal) {
            do throws(UdevRules.Refusal) {
                rule = try Self.rule(match, port, driver, name)
            } catch  where match.key == "serial" && port.port.idPath != nil {
                // A serial number with letters that mean something to udev: the socket is safer.
                match = ("path", port.port.idPath ?? "")
                rule = try Self.rule(match, port, driver, name)
            }
            remark = match.key == "path" ? "bound to USB port \(port.socket ?? match.value): do not move the plug" : nil
        } catch {
            rule = ""
            remark = "no udev rule: \(error)"
        }
        configuration = """
            encoders:
              \(name):
                driver: \(driver)
                match: { \(match.key): "\(Self.quoted(match.value))" }
            """
    }

    private static func rule(
        _ match: (key: String, value: String), _ port: PortFacts, _ driver: String, _ name: String
    ) throws(UdevRules.Refusal) -> String {
        let portMatch: PortMatch =
            switch match.key {
            case "serial": .serial(match.value)
            case "path": .path(match.value)
            case "reader": .reader(match.value)
            default: .device(match.value)
            }
        return try UdevRules.localLine(match: portMatch, kind: port.port.kind, usb: port.port.usb, driver: driver, name: EncoderName(name))
    }

    private static func quoted(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
}
