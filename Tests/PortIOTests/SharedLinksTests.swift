// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Framing
import LockServerLink
import Ports
import Synchronization
import TestKit
import Testing

@testable import PortIO

/// A link to a lock server and who else may have its port.
@Suite(.timeLimit(.minutes(6))) struct SharedLinksTests {
    private func serial(_ path: String) -> DetectedPort { DetectedPort(incarnation: .init("1"), kind: .tty, address: path) }

    private func join(_ links: SharedLinks, _ terminal: PseudoTerminal) async -> Fault? {
        var line = LineSettings(baud: 9600)
        line.fias = FiasLineOptions()
        let loop = PortLoop(name: "test")
        let (path, port) = (terminal.path, serial(terminal.path))
        let way = FiasWire.Way.opens { () async throws(Fault) in
            try await SerialLine.open(path, line: LineSettings(baud: 9600), permissionGrace: .zero, on: PortLoop(name: "fias"))
        }
        do throws(Fault) {
            _ = try await links.open(port, line: line, options: FiasLineOptions(), way: way, on: loop)
            return nil
        } catch {
            return error
        }
    }

    /// As `probe` does, which asks for other families and speeds behind it.
    @Test func port_isFree_whenTheLinksHaveStopped() async throws {
        let terminal = try PseudoTerminal()
        let links = SharedLinks(patience: .milliseconds(100))
        #expect(await join(links, terminal) != nil, "nobody answers there")
        #expect(await Desk().faultOfOpening(terminal.path)?.kind.code == "heldBy", "the link still asks")
        await links.stop()
        #expect(await Desk().faultOfOpening(terminal.path) == nil)
    }

    /// As after a reload that gives the line to another driver.
    @Test func port_isFree_whenAnotherUseIsMadeOfIt() async throws {
        let terminal = try PseudoTerminal()
        let links = SharedLinks(patience: .milliseconds(100))
        #expect(await join(links, terminal) != nil)
        await links.release("/dev/another")
        #expect(await Desk().faultOfOpening(terminal.path)?.kind.code == "heldBy")
        await links.release(terminal.path)
        #expect(await Desk().faultOfOpening(terminal.path) == nil)
    }

    /// The machine may stand in another zone than the hotel (a rented server, or UTC everywhere).
    @Test func lockServer_isToldTheHotelsTime_whateverTheMachinesZone() async throws {
        let terminal = try PseudoTerminal()
        // No machine stands in either by chance, and one of them has another date than most.
        for hours in [14, -11] {
            let zone = try #require(TimeZone(secondsFromGMT: hours * 3600))
            let links = SharedLinks(patience: .milliseconds(100), zone: { zone })
            let before = Date()
            #expect(await join(links, terminal) != nil)
            let said = String(decoding: try terminal.read(24), as: UTF8.self)
            await links.stop()
            let format = DateFormatter()
            format.locale = Locale(identifier: "en_US_POSIX")
            format.timeZone = zone
            format.dateFormat = "'\u{2}LS|DA'yyMMdd'|TI'HHmm"
            let times = [before, Date()].map(format.string)
            #expect(times.contains(String(said.dropLast(5))), "\(said)")
            _ = try? terminal.read(200, within: .milliseconds(50))  // LE, and what else was said
        }
    }

    /// Who the guest is goes to nobody that does not ask for it.
    @Test(arguments: [
        ([], "KC KT RN WS G#"), ([("KD", "KCRNWS")], "KC KT RN WS G#"), ([("KR", "KCKTRNWSGAGD")], "KC KT RN WS"),
        ([("KR", "KCKTRNWSG#GN")], "KC KT RN WS G# GN"),
    ])
    func guestName_isSent_onlyWhereTheLockServerAsksForIt(declared: [(record: String, fields: String)], tags: String) {
        let record = FiasRecord("KR", ["KC", "KT", "RN", "WS", "G#", "GN"].map { FiasRecord.Field($0, "1") })
        let declarations = declared.map { FiasRecord("LR", [.init("RI", $0.record), .init("FL", $0.fields)]) }
        #expect(SharedLink.asDeclared(record, declarations).fields.map(\.tag).joined(separator: " ") == tags)
    }

    @Test func link_endsByItself_whenNoEncoderComesBack() async throws {
        let terminal = try PseudoTerminal()
        let links = SharedLinks(patience: .milliseconds(50), linger: .milliseconds(50))
        #expect(await join(links, terminal) != nil)
        // Ends with the suite's limit if the link never lets go.
        while await Desk().faultOfOpening(terminal.path) != nil { await Task.yield() }
    }
}
