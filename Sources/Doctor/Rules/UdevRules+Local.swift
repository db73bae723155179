// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

extension UdevRules {
    /// Why there is no rule for a port; says what to do instead.
    public struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
        init(_ description: String) { self.description = description }
    }

    /// The rule that marks one port of a site, for ``localFileName``: a line, or two for hidraw, whose path udev has to look up first.
    ///
    /// - Parameters:
    ///   - match: how the port is found again, as `match:` in the configuration says it.
    ///   - kind: `tty` or `hidraw`.
    ///   - usb: the adapter's id, if there is one: a serial number counts only together with it.
    /// - Throws: for ports that udev does not know, and for values that cannot stand in a rule.
    public static func localLine(
        match: PortMatch, kind: PortKind, usb: USBID? = nil, driver: String, name: EncoderName?
    ) throws(Refusal) -> String {
        guard kind == .tty || kind == .hidraw else {
            throw Refusal("udev rules are for tty and hidraw ports: a \(kind.rawValue) port is named in the configuration only")
        }
        let subsystem = "SUBSYSTEM==\"\(kind.rawValue)\""
        var conditions = [subsystem]
        var before = ""
        switch match {
        case .serial(let serial):
            if let usb {
                conditions += ["ATTRS{idVendor}==\"\(usb.vendorText)\"", "ATTRS{idProduct}==\"\(usb.productText)\""]
            }
            // Of a USB device the attribute itself: which property of udev has its serial number differs (systemd 252 gives a tty only
            // ID_USB_SERIAL_SHORT). A blank stands as `_` in the property, so with one of these only the property is sure.
            if kind == .tty, usb != nil, !serial.contains("_") {
                conditions.append("ATTRS{serial}==\"\(try value(serial, "serial number"))\"")
                break
            }
            if kind == .hidraw { before = "\(subsystem), ENV{ID_SERIAL_SHORT}!=\"?*\", IMPORT{builtin}=\"usb_id\"\n" }
            conditions.append("ENV{ID_SERIAL_SHORT}==\"\(try value(serial, "serial number"))\"")
        case .path(let text):
            let (path, port) = split(text)
            if kind == .hidraw { before = "\(subsystem), ENV{ID_PATH}!=\"?*\", IMPORT{builtin}=\"path_id\"\n" }
            conditions.append("ENV{ID_PATH}==\"\(try value(path, "path"))\"")
            if let port { conditions.append("ATTRS{port_number}==\"\(port)\"") }
        case .device(let node):
            let parts = node.split(separator: "/")
            guard node.hasPrefix("/dev/"), parts.count == 2, let last = parts.last else {
                throw Refusal("\(node) is a link to a port: bind it by 'serial' or 'path', which the link was made from")
            }
            conditions.append("KERNEL==\"\(try value(String(last), "device"))\"")
        case .reader, .tcp, .tcpListen:
            throw Refusal("udev knows nothing of '\(match)': it is named in the configuration only")
        }
        var assignments = ["ENV{\(driverProperty)}=\"\(try value(driver, "driver"))\""]
        if let name { assignments.append("ENV{\(nameProperty)}=\"\(try value(name.text, "name"))\"") }
        return before + (conditions + assignments).joined(separator: ", ")
    }

    /// ID_PATH and, behind `:`, the number of the port on an adapter with several: `...-usb-0:1:1.0:2`. A path's own last part has a dot
    /// (`1.0`, configuration and interface) or does not follow a colon.
    private static func split(_ text: String) -> (path: String, port: Int?) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let last = parts.last, let port = Int(last), parts.count > 1, parts[parts.count - 2].contains(".") else { return (text, nil) }
        return (parts.dropLast().joined(separator: ":"), port)
    }

    /// A match is a pattern and a value is substituted: letters that mean something to udev would make the rule fit other devices.
    private static func value(_ text: String, _ what: String) throws(Refusal) -> String {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "#+-.:=@_/".utf8.contains(byte)
            }
        }
        guard allowed, (1...200).contains(text.utf8.count) else {
            throw Refusal("the \(what) has letters that a udev rule reads otherwise: bind the port by its path")
        }
        return text
    }
}
