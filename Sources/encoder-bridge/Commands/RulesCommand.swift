// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import Doctor
import DriverKit
import Drivers
import EncoderModel

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Prints the udev rules of the bridge, or the line for one port of this site.",
        discussion: """
            Without options: the file \(UdevRules.fileName) as the package installs it.

            With --local NAME: the line for /etc/udev/rules.d/\(UdevRules.localFileName) that gives a port to the encoder \
            of that name. `encoder-bridge probe` shows serial numbers and paths. Afterwards:
              udevadm control --reload && udevadm trigger --subsystem-match=tty --subsystem-match=hidraw
            """)

    @Option(help: "The name of the encoder.") var local: String?
    @Option(help: "With --local: its driver.") var driver: String?
    @Option(help: "With --local: the serial number of its adapter.") var serial: String?
    @Option(help: "With --local: the USB socket, ID_PATH as probe shows it.") var path: String?
    @Option(help: "With --local: a built-in serial port such as /dev/ttyS0.") var device: String?
    @Flag(help: "With --local: it is a hidraw device and no serial port.") var hidraw = false

    func validate() throws {
        let matches = [serial, path, device].compactMap { $0 }.count
        if local == nil {
            guard driver == nil, matches == 0, !hidraw else { throw ValidationError("these options belong to --local NAME") }
            return
        }
        guard matches == 1 else { throw ValidationError("give exactly one of --serial, --path and --device") }
        guard let driver, DriverCatalog.manifest(named: driver) != nil else {
            throw ValidationError("give --driver, one of \(DriverCatalog.all.map(\.name).joined(separator: ", "))")
        }
    }

    func run() throws {
        guard let local, let driver else {
            print(UdevRules.packaged(for: DriverCatalog.all), terminator: "")
            return
        }
        let match = serial.map(PortMatch.serial) ?? path.map(PortMatch.path) ?? .device(device ?? "")
        do throws(UdevRules.Refusal) {
            print(
                try UdevRules.localLine(
                    match: match, kind: hidraw ? .hidraw : .tty, driver: driver, name: EncoderName(local)))
        } catch {
            complain("\(error)")
            throw ExitCode.trouble
        }
    }
}
