// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

extension ErrandOutcome {
    /// What a person is shown of a driver's result: everything but receipts, which belong to keys.
    public init(_ result: TaskResult) {
        self.init(card: result.card, reading: result.reading, image: result.image, content: result.content)
    }

    /// Who the encoder says it is, as far as it tells.
    init(_ identity: EncoderIdentity) {
        let told = ["model": identity.model, "firmware": identity.firmware, "serial number": identity.serial]
        self.init(reading: told.compactMapValues(\.self))
    }
}
