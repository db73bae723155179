// SPDX-License-Identifier: Apache-2.0

/// What an encoder is asked to do.
public enum EncoderTask: Sendable, Hashable {
    /// Make the keys of an order (lock-maker encoders). Dates are read with the property's clock.
    case cut(KeyOrder, on: PropertyClock)
    /// Write cards (raw encoders).
    case write(CardBatch)
    /// Read the key that is put on the encoder.
    case read
    /// Make the card that is put on the encoder blank.
    case erase
    /// Bring the encoder back to its resting state.
    case reset
    case selfTest
    /// Tell a lock system that the guests of a room have left, or those of one reservation of it.
    case checkOut(lockID: String, reservation: String? = nil)
    /// Tell a lock system that keys it has made are to open another room or until another time.
    case keyChange(KeyChange, on: PropertyClock)
}
