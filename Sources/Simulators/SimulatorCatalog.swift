// SPDX-License-Identifier: Apache-2.0

/// Every simulated encoder family. To add one: its folder, and its line here.
public enum SimulatorCatalog {
    public static let families: [SimulatedFamily] = [.industryStandard, .genericStxEtx, .pcsc, .aabb, .pn532, .msr, .fias]

    /// Names that ``make(driver:options:)`` takes.
    public static var drivers: [String] { families.map(\.name) }

    /// What can go wrong with an encoder of a family, in the order of ``SimulatedFault``.
    public static func faults(of driver: String) -> [SimulatedFault] {
        let all: Set<SimulatedFault> =
            switch driver {
            case "industry-standard", "generic-stx-etx":
                [.badChecksum, .busy, .cutAnswer, .lateAnswer, .nak, .noCard, .silent, .timeout, .unknownRoom, .unplugMidJob]
            case "pcsc": [.cardLifted, .noCard, .silent, .wrongKey]
            case "aabb": [.badChecksum, .cardLifted, .noCard, .oddChecksum, .silent, .timeout, .unplugMidJob, .wrongKey]
            case "pn532":
                [
                    .badChecksum, .cardLifted, .duplicateAck, .nak, .noCard, .sameCard, .silent, .timeout, .unplugMidJob, .wrongKey,
                    .wrongSpeed,
                ]
            case "msr":
                [
                    .badSwipe, .lowCoercivity, .noCard, .pendingRead, .silent, .stalePadding, .swipeBackwards, .timeout, .unplugMidJob,
                    .writeError,
                ]
            case "fias":
                [
                    .badChecksum, .busy, .cutAnswer, .denied, .doubledByte, .gluedRecords, .lateAnswer, .lostByte, .nak, .noCard,
                    .noDeclarations, .noResponse, .retry, .silent, .strayEnquiry, .timeout, .unknownRoom, .unplugMidJob, .wrongWorkstation,
                ]
            case "zigbee2mqtt": [.silent, .timeout, .lateAnswer]
            case "nuki-hub": [.denied, .lateAnswer, .noResponse, .silent, .timeout, .writeError]
            default: []
            }
        return SimulatedFault.allCases.filter(all.contains)
    }

    /// Kinds of cards that can be chosen for a family; the others have a card of their own.
    public static func cards(of driver: String) -> [SimulatedCardKind] { driver == "pn532" ? SimulatedCardKind.allCases : [] }

    /// Refuses what a family cannot play, by its name: a trial that nothing happens in proves nothing.
    public static func check(_ driver: String, faults: some Sequence<SimulatedFault>, cards: [SimulatedCardKind]) throws(SimulatorFault) {
        let known = Self.faults(of: driver)
        if let fault = faults.first(where: { !known.contains($0) }) {
            throw SimulatorFault("\(driver) has no fault \(fault.rawValue): use one of \(known.map(\.rawValue).joined(separator: ", "))")
        }
        if !cards.isEmpty, Self.cards(of: driver).isEmpty {
            throw SimulatorFault("\(driver) puts a card of its own on: leave --card out, it is for \(withCards.joined(separator: ", "))")
        }
    }

    private static var withCards: [String] { drivers.filter { !cards(of: $0).isEmpty } }

    public static func make(driver: String, options: SimulatorOptions) throws(SimulatorFault) -> any Simulator {
        if let baud = options.baud, !(50...4_000_000).contains(baud) {
            throw SimulatorFault("\(baud) baud is no speed of a serial line: use 9600, 19200 or another from 50 to 4000000")
        }
        guard let family = families.first(where: { $0.name == driver }) else {
            throw SimulatorFault("there is no simulator for '\(driver)': use one of \(drivers.joined(separator: ", "))")
        }
        return try family.make(options)
    }
}
