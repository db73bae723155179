// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BridgeCore
import Console
import Doctor
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Glibc
import LocalEndpoint
import PortIO
import Ports
import Probe
import SiteConfiguration
import Synchronization

/// `probe --test-card`.
extension ProbeCommand {
    func test(_ look: Look) async throws {
        guard let port = look.ports.first, let encoder = look.encoders.first, let manifest = DriverCatalog.manifest(named: encoder.driver)
        else {
            complain("no driver is known for \(device ?? ""): name it with --driver")
            throw ExitCode.trouble
        }
        if let objection = TestRound.objection(to: manifest) {
            complain(objection)
            throw ExitCode.trouble
        }
        let erases = manifest.capabilities.contains(.erase)
        let isGood: Bool
        if let name = encoder.name, look.bridge?.encoders.contains(where: { $0.name == name }) ?? false,
            let endpoint = try configured()?.endpoint
        {
            print("The running bridge has \(name): the test goes through it.")
            isGood = await rounds(on: BridgeBench(client: BridgeClient(endpoint), encoder: name), erases: erases)
        } else if port.holder?.isBridge ?? false {
            complain(
                "the running bridge has \(port.port.address) and does not answer here: name its configuration with --config,"
                    + " or `sudo systemctl stop encoder-bridge` and start it again afterwards")
            throw ExitCode.trouble
        } else {
            let settings = try driver == nil ? encoders().first { $0.name == encoder.name }?.settings ?? DriverSettings() : values()
            isGood = await rounds(try made(encoder.driver, settings), port.port, erases: erases)
        }
        if !isGood { throw ExitCode.trouble }
    }

    private func rounds(_ driver: some EncoderDriver, _ port: DetectedPort, erases: Bool) async -> Bool {
        let isGood = Mutex(false)
        do throws(Fault) {
            try await TestBench.whileOpen(driver, port, say: { print($0) }) { (bench) throws(Fault) in
                let outcome = await rounds(on: bench, erases: erases)
                isGood.withLock { $0 = outcome }
            }
        } catch {
            complain(Self.sentence(error))
        }
        return isGood.withLock { $0 }
    }

    /// Card after card, until a person has enough, or one cannot be finished.
    /// - Returns: whether every card was good.
    private func rounds(on bench: some CardBench, erases: Bool) async -> Bool {
        var (good, tried) = (0, 0)
        repeat {
            tried += 1
            print("Card \(tried)")
            do {
                if try await TestRound(say: { print($0) }).card(on: bench, erases: erases).isGood { good += 1 }
            } catch {
                complain((error as? Fault).map(Self.sentence) ?? "\(error)")
                break
            }
        } while cards > 0 ? tried < cards : Self.wantsAnother()
        print("\(good) of \(tried) card\(tried == 1 ? "" : "s") good.")
        return good == tried
    }

    private static func sentence(_ fault: Fault) -> String {
        "\(fault.kind.code)\(fault.detail.map { " (\($0))" } ?? ""): \(fault.kind.technicianAdvice)"
    }

    private static func wantsAnother() -> Bool {
        print("Another card? [Enter: yes, q: no] ", terminator: "")
        fflush(nil)
        guard let line = readLine() else { return false }
        return !line.lowercased().hasPrefix("q")
    }
}
