// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

extension GenericStxEtxDriver {
    /// The families are known from the client modules of a hotel program: facts without recorded bytes (evidence 2), with VingCard's
    /// frame described in full (3).
    public static let manifest = DriverManifest(
        name: "generic-stx-etx", title: "Generic STX/ETX line (InHova, VingCard 2100, Visionline, CISA, Kaba Ilco)", kind: .lockMaker,
        capabilities: [.copies, .read], ports: [.tty, .tcp], line: GenericWords.line, settings: GenericWords.all,
        models: [
            EncoderModelEntry("InHova, IronLogic (profile inhova)", evidence: 2),
            EncoderModelEntry("VingCard 2100, 2800 (profile vingcard-2100)", evidence: 3),
            EncoderModelEntry("ASSA ABLOY Visionline, serial (profile visionline)", evidence: 2),
            EncoderModelEntry("CISA, serial (profile cisa)", evidence: 2),
            EncoderModelEntry("Kaba Ilco DFU (profile kaba-ilco)", evidence: 2),
            EncoderModelEntry("Any other encoder of this form, described by its settings", evidence: 1),
        ],
        hardwareNote: "generic-stx-etx.md",
        // What no profile says; each site's messages tell more (``GenericSettings/abilities``).
        keys: KeyAbilities(dates: .end, makesCopies: true, rooms: nil, keys: KeyOrder.maximumCopies),
        examples: Profile.all.map { ["profile": $0.name] })
}
