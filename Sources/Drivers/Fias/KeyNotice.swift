// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing

/// What a lock server is told of keys that it has made: KD and KM.
enum KeyNotice {
    /// KD. With G# only that reservation's keys end, without it all of the room.
    static func checkOut(_ room: String, _ reservation: String?, site: FiasSettings) throws(Fault) -> FiasRecord {
        FiasRecord("KD", [.init("KC", site.encoder), .init("RN", try KeyRequest.exact(room))])
            .adding("G#", reservation.flatMap(KeyRequest.reservation))
    }

    /// KM. RO only where the guests moved, GD and DT only where the end is another.
    static func change(_ change: KeyChange, on clock: PropertyClock, site: FiasSettings) throws(Fault) -> FiasRecord {
        guard let number = KeyRequest.reservation(change.reservationNumber) else {
            throw Fault(.rejected(reason: "the lock system knows keys by the number of their reservation: give it"))
        }
        var record = FiasRecord(
            "KM", [.init("KC", site.encoder), .init("RN", try KeyRequest.exact(change.room)), .init("G#", number)])
        if let oldRoom = change.oldRoom { record = record.adding("RO", try KeyRequest.exact(oldRoom)) }
        guard let until = change.validUntil else { return record }
        guard let end = WallClock(step: 60, timeZone: clock.timeZone).end(until) else { throw WallClock.outOfRange }
        return FiasRecord(record.kind, record.fields + KeyRequest.end(end.time, site))
    }
}
