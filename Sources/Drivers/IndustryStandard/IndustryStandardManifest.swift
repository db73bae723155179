// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

extension IndustryStandardDriver {
    /// All models are known from a public client's code and tests (evidence 3), not from a maker's manual.
    public static let manifest = DriverManifest(
        name: "industry-standard", title: "Industry Standard (Salto, Onity, TESA)", kind: .lockMaker,
        capabilities: [.copies, .serial, .read, .oneShot, .checkOut], ports: [.tty, .tcp], line: IndustryStandardSettings.makersLine,
        settings: IndustryStandardSettings.all,
        models: [
            EncoderModelEntry("Salto encoders behind the Industry Standard interface", evidence: 3),
            EncoderModelEntry("Onity HT22, HT24, HT28", evidence: 3),
            EncoderModelEntry("TESA and Amadeus ST40", evidence: 3),
        ],
        hardwareNote: "industry-standard.md",
        keys: KeyAbilities(
            dates: .beginningAndEnd, makesCopies: true, makesOneShots: true, rooms: Order.mostRooms, keys: KeyOrder.maximumCopies),
        examples: [["encoder": "1"]])
}
