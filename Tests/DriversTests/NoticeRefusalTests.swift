// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import TestKit
import Testing
import Transcripts

@testable import Drivers

/// What would end or open more than was asked for is refused before a byte is sent.
@Suite struct NoticeRefusalTests {
    /// CO ends all keys of the room: those of the guest who shares it too.
    @Test(arguments: [
        ("industry-standard", ["encoder": "1"]),
        (
            "generic-stx-etx",
            ["enquiry": "no", "new": "{room}{until:yyyyMMddHH}", "checkOut": "{room}", "result": "columns 1-2", "result.OK": "ok"]
        ),
    ])
    func checkOutOfOneReservation_isRefused_whereAllKeysOfTheRoomWouldEnd(driver: String, settings: [String: String]) async throws {
        let driver = try DriverCatalog.make(name: driver, settings: DriverSettings(settings))
        try await expect(
            .checkOut(lockID: "101", reservation: "12345"), of: driver,
            "this lock system ends all keys of a room at once: leave the reservation out when nobody else stays there")
    }

    @Test(arguments: [["101", "Gym"], ["101", "102"]]) func keyForOneOpening_opensOneRoom(lockIds: [String]) async throws {
        let driver = try DriverCatalog.make(name: "fias", settings: DriverSettings(["encoder": "01"]))
        let start = Date(timeIntervalSince1970: 1_795_266_000)
        let order = KeyOrder(lockIds: lockIds, validFrom: start, validUntil: start + 86_400, mode: .oneShot)
        try await expect(
            .cut(order, on: PropertyClock(timeZone: .gmt)), of: driver,
            "a key for one opening opens one room and no areas: leave the others out")
    }

    private func expect(_ task: EncoderTask, of driver: some EncoderDriver, _ reason: String) async throws {
        let (line, port) = Transcript().line(to: driver)
        let fault = await #expect(throws: Fault.self) { _ = try await line.perform(task, as: nil, progress: RecordedProgress()) }
        #expect(fault == Fault(.rejected(reason: reason)))
        #expect(port.sentBytes == [])
    }
}
