// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

/// `connector.industryStandard` and `connector.fias`: hotel systems that find the bridge where their lock server was.
enum LockServerRule {
    static func industryStandard(_ connector: Section, encoders: [EncoderName]) -> IndustryStandardDoorSettings? {
        let section = connector.section("industryStandard")
        guard isThere(section) else { return nil }
        let before = section.log.problems.count
        section.refuseUnknown(besides: ["listen", "from", "encoders", "checkOut"])
        let names = names(section.section("encoders"), encoders: encoders)
        guard let scalar = section.scalar("listen") else {
            if section.log.problems.count == before {
                section.log.report(
                    connector.place(of: "industryStandard"), section.path + ["listen"],
                    "is missing: write the address that the hotel system dials, such as 127.0.0.1:8090")
            }
            return nil
        }
        let checkOut = checkOut(section, default: .refuse)
        guard let (address, from) = DoorRule.read(scalar, section), let checkOut else { return nil }
        return IndustryStandardDoorSettings(host: address.host, port: address.port, from: from, encoders: names, checkOut: checkOut)
    }

    static func fias(_ connector: Section, paths: PathRule, encoders: [EncoderName]) -> FiasDoorSettings? {
        let section = connector.section("fias")
        guard isThere(section) else { return nil }
        section.refuseUnknown(besides: ["listen", "connect", "device", "baud", "from", "encoders", "checkOut"])
        let names = names(section.section("encoders"), encoders: encoders)
        let checkOut = checkOut(section, default: .accept)
        guard let way = way(section, at: connector.place(of: "fias"), paths: paths), let checkOut else { return nil }
        return FiasDoorSettings(way: way, encoders: names, checkOut: checkOut)
    }

    /// Exactly one of `listen`, `connect` and `device`.
    private static func way(_ section: Section, at place: ConfigurationProblem.Place, paths: PathRule) -> FiasDoorSettings.Way? {
        let kinds = ["listen", "connect", "device"]
        let before = section.log.problems.count
        let given = kinds.compactMap { kind in section.scalar(kind).map { (kind, $0) } }
        guard given.count == 1, let (kind, scalar) = given.first else {
            if section.log.problems.count == before {
                section.log.report(place, section.path, "write exactly one of \(kinds.joined(separator: ", "))")
            }
            return nil
        }
        if kind != "listen", section.keys.contains("from") {
            section.log.report(section.place(of: "from"), section.path + ["from"], "says who may dial in: it belongs to listen only")
            return nil
        }
        if kind != "device", let baud = section.scalar("baud") {
            section.log.report(baud, "is the speed of a serial line: it belongs to device only")
            return nil
        }
        switch kind {
        case "listen":
            guard let (address, from) = DoorRule.read(scalar, section) else { return nil }
            return .listens(host: address.host, port: address.port, from: from)
        case "connect":
            guard let address = HostAndPort(scalar.text) else {
                section.log.report(scalar, "'\(scalar.text)' is no address: write host:port such as 10.0.0.9:5010")
                return nil
            }
            return .dials(host: address.host, port: address.port)
        default:
            guard let path = paths.path(scalar, section.log), let baud = baud(section) else { return nil }
            return .device(path, baud: baud)
        }
    }

    private static func baud(_ section: Section) -> Int? {
        guard let scalar = section.scalar("baud") else { return 9600 }
        if let baud = Int(scalar.text), LineSettings.baudRates.contains(baud) { return baud }
        let known = LineSettings.baudRates.map(String.init).joined(separator: ", ")
        section.log.report(scalar, "'\(scalar.text)' is not possible here: use one of \(known)")
        return nil
    }

    private static func checkOut(_ section: Section, default usual: FiasDoorSettings.CheckOut) -> FiasDoorSettings.CheckOut? {
        guard let scalar = section.scalar("checkOut") else { return usual }
        if let choice = FiasDoorSettings.CheckOut(rawValue: scalar.text) { return choice }
        section.log.report(scalar, "'\(scalar.text)' is not possible here: write accept or refuse")
        return nil
    }

    /// What the hotel system calls each encoder.
    private static func names(_ section: Section, encoders: [EncoderName]) -> [String: EncoderName] {
        ConnectorRule.encoderNames(section, encoders: encoders)
    }

    private static func isThere(_ section: Section) -> Bool {
        let variable = EnvironmentName.of(section.path) + "_"
        return section.isPresent || section.log.environment.keys.contains { $0.hasPrefix(variable) }
    }
}
