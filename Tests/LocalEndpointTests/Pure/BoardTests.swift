// SPDX-License-Identifier: Apache-2.0
import DeskPage
import EncoderModel
import Foundation
import Testing

/// What the page says of the PMS.
@Suite struct BoardTests {
    /// A lock server's port that nobody dials is no outage; a connection of ours that is not there is one.
    @Test(
        arguments: [
            ([], nil), ([(true, ConnectorStatus.State.connected)], "false"), ([(true, .connecting)], "true"), ([(false, .connecting)], nil),
            ([(false, .connected)], "false"), ([(true, .connected), (false, .connecting)], "false"),
            ([(true, .stopped), (false, .connected)], "true"),
        ] as [([(Bool, ConnectorStatus.State)], String?)])
    func board_tellsOfAnOutage_onlyWhereTheBridgeDials(connectors: [(Bool, ConnectorStatus.State)], down: String?) throws {
        let now = Date(timeIntervalSince1970: 1_795_000_000)
        let facts = DeskFacts(
            encoders: [], connectors: connectors.map { ConnectorStatus(name: "mews", state: $0.1, since: now, dialsOut: $0.0) },
            problems: [],
            waiting: [], ended: [], byHand: [], undeliveredReports: 0, zone: .gmt, now: now)
        let board = try DeskPage(words: .english).board(facts)
        #expect(board.contains("data-down=") == (down != nil))
        if let down { #expect(board.contains("data-down=\"\(down)\""), "\(board)") }
    }
}
