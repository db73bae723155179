// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import LocalEndpoint
import Testing

@testable import Console
@testable import Probe

/// `status` as a technician reads it.
@Suite struct StatusPageTests {
    private let now = Date(timeIntervalSince1970: 1_795_000_000)

    private func encoder(_ name: EncoderName, _ state: EncoderState, _ address: String?) -> EncoderStatus {
        EncoderStatus(
            name: name, state: state, driver: "pn532", kind: .raw,
            port: PortStatus(match: "path pci-0000:00:14.0-usb-0:1.1:1.0", address: address, strength: address.map { _ in .port }),
            capabilities: [])
    }

    @Test func page_isThis_withAReadyAndAFaultedEncoder() {
        var desk = encoder("front-desk", .ready, "/dev/ttyUSB0")
        desk.card = CardPresence(.present, uid: "04A1B2C3", technology: "mifare-classic-1k")
        desk.queued = 2
        desk.lastSeen = now - 5
        var kiosk = encoder("kiosk", .faulted, "/dev/ttyUSB1")
        kiosk.lastFault = DatedFault(at: now - 125, fault: Fault(.timeout, detail: "no answer"))
        let spare = encoder("spare", .absent, nil)
        var mews = ConnectorStatus(name: "mews", state: .connected, since: now - 7200)
        mews.property = "Hotel Atlas"
        mews.outbox = 1
        let document = BridgeStatusDocument(
            encoders: [desk, kiosk, spare], connectors: [mews], queue: QueueStatus(unfinishedJobs: 2, undeliveredReports: 1))
        let page = StatusPage().text(document, now: now)
        #expect(
            page == """
                front-desk  ready     pn532, card (mifare-classic-1k) on it, 2 jobs,
                                      /dev/ttyUSB0
                    No usable serial number: bound to its USB socket, do not move the plug.
                kiosk       faulted   pn532, /dev/ttyUSB1
                    No usable serial number: bound to its USB socket, do not move the plug.
                    2 min ago: timeout (no answer). Nothing came of the order in time: if a card
                    was there, power-cycle the encoder, then `encoder-bridge probe --identify`.
                spare       absent    pn532, path pci-0000:00:14.0-usb-0:1.1:1.0
                    Not there: looking for path pci-0000:00:14.0-usb-0:1.1:1.0. `encoder-bridge
                    probe` lists what is.
                mews        connected   since 2 h, Hotel Atlas, 1 report waiting
                queue       2 unfinished, 1 report to deliver
                """, "\(page)")
        #expect(!document.isWell)
        #expect(page.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(!page.contains("04A1B2C3"), "a card's number is nobody's business here")
    }

    /// A family that has no question to ask is ready as soon as its port is open.
    @Test(arguments: [true, false]) func readyEncoder_isToBeTried_untilItWasHeard(heard: Bool) {
        var desk = encoder("desk", .ready, "/dev/ttyUSB0")
        if heard { desk.lastSeen = now - 5 }
        let document = BridgeStatusDocument(
            encoders: [desk], connectors: [], queue: QueueStatus(unfinishedJobs: 0, undeliveredReports: 0))
        #expect(StatusPage().text(document, now: now).contains("It has not been heard yet: cut a test key.") == !heard)
    }
}
