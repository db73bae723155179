// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import DriverKit
import EncoderModel
import Foundation
import Simulators

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "An encoder on a pseudo-terminal, to try the bridge against without hardware.",
        discussion: """
            Families: \(SimulatorCatalog.drivers.joined(separator: ", ")), and locks behind an MQTT broker: \(LockSimulator.kinds.joined(separator: ", ")).
            Cards, for pn532: \(SimulatorCatalog.cards(of: "pn532").map(\.rawValue).joined(separator: ", ")).

            \(faultsOfAll)

            A fault strikes every time; write noCard:once or noCard:3 for that many times. SIGHUP pulls the plug and puts it back \
            after a second.
            """)

    /// `Faults of aabb: noCard, timeout.`, a line for each family.
    private static var faultsOfAll: String {
        (SimulatorCatalog.drivers + LockSimulator.kinds).map { driver in
            "Faults of \(driver): \(SimulatorCatalog.faults(of: driver).map(\.rawValue).joined(separator: ", "))."
        }.joined(separator: "\n\n")
    }

    @Argument(help: "The family: the name of its driver.") var driver: String
    @Option(help: "Where to put a link to the terminal.") var link: String?
    @Option(help: "Play on this terminal instead of a pseudo-terminal: the far end of a null-modem cable, a USB gadget's /dev/ttyGS0.")
    var tty: String?
    @Option(help: ArgumentHelp("Be a server on the network instead; port 0 takes a free one.", valueName: "host:port")) var listen: String?
    @Option(help: ArgumentHelp("Dial in on the network instead, and again whenever the line is gone.", valueName: "host:port"))
    var connect: String?
    @Option(help: "Something that goes wrong; may be given several times.") var fault: [String] = []
    @Option(help: "Speed of the line in baud; default: as fast as the terminal.") var baud: Int?
    @Option(help: "How long until a card is put on: 300ms, 2s.") var cardDelay = "300ms"
    @Option(help: "How long the encoder waits for a card.") var cardLimit = "15s"
    @Option(help: "When the fault lateAnswer answers, from the order on.") var lateBy = "35s"
    @Option(help: "How long after the order unplugMidJob pulls the plug.") var unplugAfter = "100ms"
    @Option(help: "How long the plug is out.") var absence = "1s"
    @Option(help: "The one encoder name it answers to; default: all.") var encoder: String?
    @Option(
        help: """
            Which encoder of the family, for generic-stx-etx: \(StxEtxFamily.names.joined(separator: ", ")); how the locks tell what became \
            of a code, for zigbee2mqtt: \(LockSimulator.manners.joined(separator: ", ")).
            """) var profile: String?
    @Option(help: "A room the lock system knows; may be given several times; default: all.") var room: [String] = []
    @Option(help: "Append every card that is cut to this file, as a line of JSON.") var cards: String?

    @Option(help: "Locks: the broker, HOST:PORT.") var broker = "127.0.0.1:1883"
    @Option(help: "A lock's friendly name, or for nuki-hub its topic, nuki/lock; may be given several times.") var lock: [String] = []
    @Flag(help: "zigbee2mqtt: the locks show their codes (option expose_pin).") var exposePin = false

    @Option(help: "pcsc: where vsmartcard's virtual reader listens.") var virtualReader = "127.0.0.1:35963"

    @Option(help: "A kind of card that is put on a contactless encoder; may be given several times.")
    var card: [String] = []
    @Option(help: "How long a written card stays on a contactless encoder.") var cardStay = "1500ms"

    func validate() throws {
        if [listen, connect, tty, link].compactMap(\.self).count > 1 {
            throw ValidationError("write one of --link, --tty, --listen and --connect: the device hangs on one line")
        }
        if tty != nil, link != nil { throw ValidationError("--link names a pseudo-terminal: with --tty there is none") }
    }

    func run() async throws {
        if LockSimulator.kinds.contains(driver) { return try await runLocks() }
        var options = SimulatorOptions()
        options.link = link
        options.terminal = tty
        options.baud = baud
        if let address = listen ?? connect {
            do throws(SimulatorFault) { try options.place(at: address, dials: listen == nil) } catch {
                throw ValidationError(error.description)
            }
        }
        options.cardDelay = try duration(cardDelay, "--card-delay")
        options.cardLimit = try duration(cardLimit, "--card-limit")
        options.lateBy = try duration(lateBy, "--late-by")
        options.unplugAfter = try duration(unplugAfter, "--unplug-after")
        options.absence = try duration(absence, "--absence")
        options.encoder = encoder
        options.profile = profile
        options.rooms = room.isEmpty ? nil : Set(room)
        options.cards = cards
        options.virtualReader = virtualReader
        options.cardStay = try duration(cardStay, "--card-stay")
        let simulator: any Simulator
        do throws(SimulatorFault) {
            let kinds = try kinds(card)
            if !kinds.isEmpty { options.cardKinds = kinds }
            options.faults = try faults()
            if SimulatorCatalog.drivers.contains(driver) {
                try SimulatorCatalog.check(driver, faults: options.faults.keys, cards: kinds)
            }
            simulator = try SimulatorCatalog.make(driver: driver, options: options)
        } catch {
            throw ValidationError(error.description)
        }
        try await SimulatorRun(simulator, absence: options.absence).untilEnd()
    }

    /// Locks behind a broker; `--cards` names the file that gets the codes on them.
    private func runLocks() async throws {
        guard let place = HostAndPort(broker) else {
            throw ValidationError("--broker is '\(broker)': write HOST:PORT, as in 127.0.0.1:1883")
        }
        let late = try duration(lateBy, "--late-by")
        let simulator: LockSimulator
        do throws(SimulatorFault) {
            let faults = try faults()
            try SimulatorCatalog.check(driver, faults: faults.keys, cards: try kinds(card))
            simulator = try LockSimulator(
                kind: driver, host: place.host, port: place.port, locks: lock, manner: profile, showsCodes: exposePin, faults: faults,
                lateBy: late, codesFile: cards)
        } catch {
            throw ValidationError(error.description)
        }
        try await untilSignalled {
            try await simulator.run { line in
                print(line)
                fflush(nil)
            }
        }
    }

    private func faults() throws(SimulatorFault) -> [SimulatedFault: FaultOccurrence] {
        var faults: [SimulatedFault: FaultOccurrence] = [:]
        for text in fault {
            let parsed = try SimulatedFault.parse(text)
            faults[parsed.fault] = parsed.occurrence
        }
        return faults
    }

    private func kinds(_ texts: [String]) throws(SimulatorFault) -> [SimulatedCardKind] {
        var kinds: [SimulatedCardKind] = []
        for text in texts { kinds.append(try SimulatedCardKind.parse(text)) }
        return kinds
    }

    private func duration(_ text: String, _ option: String) throws -> Duration {
        guard let duration = Duration(settingText: text) else {
            throw ValidationError("\(option) is '\(text)': write a time such as 300ms, 2s or 1m")
        }
        return duration
    }
}
