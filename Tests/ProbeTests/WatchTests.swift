// SPDX-License-Identifier: Apache-2.0
import Doctor
import DriverKit
import EncoderModel
import Foundation
import PortIO
import Testing

@testable import Console
@testable import Probe

/// Lines of `probe --watch`.
@Suite struct WatchTests {
    private let noon = Date(timeIntervalSince1970: 43_200)

    private func text(_ line: WatchLine?) -> String? { line?.text(at: noon, .plain, zone: .gmt) }

    @Test func eventStream_isReadLineByLine() {
        var lines = EventLines()
        var events: [(type: String, data: String)] = []
        for line in [
            "retry: 1000", "id: x-0", "", "event: card.arrived\r", "id: x-1", "data: {\"encoder\":", "data:\"desk\"}", "\r", ": comment",
            "",
        ] {
            if let event = lines.take(line) { events.append(event) }
        }
        #expect(events.map(\.type) == ["card.arrived"])
        #expect(events.map(\.data) == ["{\"encoder\":\n\"desk\"}"])
    }

    @Test func card_isShownWithoutItsNumber_unlessAskedFor() {
        let data = #"{"at":"x","encoder":"front-desk","technology":"mifare-classic-1k","uid":"04A1B2C3"}"#
        #expect(
            text(WatchLine(event: "card.arrived", data: data, showsBytes: false))
                == "12:00:00  card       front-desk  arrived, mifare-classic-1k")
        #expect(text(WatchLine(event: "card.arrived", data: data, showsBytes: true))?.contains("04A1B2C3") == true)
    }

    @Test func job_isShownWithItsFault_andWithoutTheGuest() {
        let data =
            #"{"id":"f715eeae-8443","encoder":"front-desk","copies":2,"copiesDone":1,"fault":{"code":"noCard","advice":"Put a card on."}}"#
        #expect(
            text(WatchLine(event: "job.failed", data: data, showsBytes: false))
                == "12:00:00  job        front-desk  failed, job f715eeae, 1 of 2 cards, noCard: Put a card on.")
    }

    @Test func encoder_isShownWithItsFault_onlyWhileFaulted() {
        let data = #"{"name":"kiosk","lastFault":{"code":"timeout","technician":"Power-cycle it."}}"#
        #expect(text(WatchLine(event: "encoder.ready", data: data, showsBytes: false)) == "12:00:00  encoder    kiosk  ready")
        #expect(
            text(WatchLine(event: "encoder.faulted", data: data, showsBytes: false))
                == "12:00:00  encoder    kiosk  faulted, timeout: Power-cycle it.")
    }

    @Test func nonsense_isNoLine() {
        #expect(WatchLine(event: "card.arrived", data: "not json", showsBytes: false) == nil)
        #expect(WatchLine(event: "strange", data: "{}", showsBytes: false) == nil)
    }

    @Test func bytes_areLengths_unlessAskedFor() {
        #expect(WatchLine(.sent, [0x1B, 0x65], on: "/dev/ttyUSB0", showsBytes: false).words == "2 bytes")
        #expect(WatchLine(.received, [0x1B, 0x79], on: "/dev/ttyUSB0", showsBytes: true).words == "2 bytes: 1B 79")
        #expect(WatchLine(.received, [UInt8](repeating: 1, count: 5000), on: "x", showsBytes: true).words.count < 1600)
    }

    @Test func plug_namesChipSocketAndEncoder() throws {
        let machine = try PlantedMachine()
        let facts = FactGathering(root: SystemRoot(machine.path)).port(PlantedMachine.port(1))
        #expect(
            text(WatchLine(.plugged, facts, encoder: "front-desk"))
                == "12:00:00  plugged    /dev/ttyUSB0  1a86:7523, CH340 serial converter, USB port 1-1.1, encoder\n            front-desk")
        #expect(
            text(WatchLine(.unplugged, PortFacts(PlantedMachine.port(1)), encoder: nil))?.contains("no encoder of the configuration")
                == true)
    }
}
