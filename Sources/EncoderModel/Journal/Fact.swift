// SPDX-License-Identifier: Apache-2.0

/// Something about the property or the bridge that must survive a restart and belongs to no single job. Every fact that there is
/// stands here, so that none is read under one name and written under another.
public enum Fact: Hashable, Sendable {
    /// The property's time zone, as the PMS said it last (an IANA identifier).
    case timeZone
    /// The number of the last job of an encoder that counts its cards, and whose it was: `17 JOB-ID`.
    case sequence(EncoderName)
    /// The key behind the marks that stand for serial numbers of cards in trails.
    case markKey
    /// Orders of an encoder that stayed unanswered and may still be answered.
    case unanswered(EncoderName)
    /// Orders that were cancelled when their encoder had them already, and the cards that came of such orders.
    case lateCancels
    /// Up to when changes of reservations have been read from the PMS.
    case accessUpdated
    /// The key behind the marks that stand for reservations in trails of grants.
    case accessMarkKey
    /// Which key that is, without giving it away; and which one it has replaced, and when.
    case accessMarkKeyPrint
    /// The keys that were ordered through the FIAS facade, for its later questions.
    case fiasKeys
    /// The guests that the hotel system behind the FIAS facade has checked in.
    case fiasGuests
    /// The keys that were ordered through the Industry Standard facade.
    case industryStandardKeys
    /// Which problems were told to the world outside, and what could not be sent yet.
    case alerts
    /// The bridge's own: what this journal is called, so that another one in its place is noticed.
    case journalIdentity
    /// The bridge's own: every job before this place has ended.
    case firstUnfinished
    /// The bridge's own: says nothing, and is written to see whether the disk takes it.
    case probe

    /// What it is called in the journal's file. Never changed: files of hotels have these names.
    public var name: String {
        switch self {
        case .timeZone: "property.timeZone"
        case .sequence(let encoder): "sequence.\(encoder)"
        case .markKey: "card.markKey"
        case .unanswered(let encoder): "unanswered.\(encoder)"
        case .lateCancels: "jobs.lateCancels"
        case .accessUpdated: "mews.access.updated"
        case .accessMarkKey: "access.markKey"
        case .accessMarkKeyPrint: "access.markKeyPrint"
        case .fiasKeys: "fias.keys"
        case .fiasGuests: "fias.guests"
        case .industryStandardKeys: "industryStandard.keys"
        case .alerts: "alerts"
        case .journalIdentity: "journal.identity"
        case .firstUnfinished: "jobs.firstUnfinished"
        case .probe: "journal.probe"
        }
    }
}
