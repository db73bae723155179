// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// The body of a check-out or a change of keys.
enum NoticeBody {
    private struct CheckOut: Decodable {
        var room: String
        var reservationNumber: String?
    }

    private struct Change: Decodable {
        var room: String
        var reservationNumber: String
        var oldRoom: String?
        var validUntil: Date?
    }

    static func read(_ body: Data, _ kind: StayNotice.Kind) throws(Problem) -> StayNotice {
        let decoder = EndpointJSON.decoder()
        switch kind {
        case .checkOut:
            guard let notice = try? decoder.decode(CheckOut.self, from: body) else {
                throw .invalidOrder(#"a check-out is {"room": "101"}, with "reservationNumber" where others stay in the room"#)
            }
            return .checkOut(room: notice.room, reservation: notice.reservationNumber)
        case .keyChange:
            guard let notice = try? decoder.decode(Change.self, from: body) else {
                throw .invalidOrder(
                    #"a change of keys is {"room": "102", "reservationNumber": "17"} with "oldRoom", "validUntil" or both"#)
            }
            return .keyChange(
                KeyChange(
                    room: notice.room, reservationNumber: notice.reservationNumber, oldRoom: notice.oldRoom, validUntil: notice.validUntil))
        }
    }
}
