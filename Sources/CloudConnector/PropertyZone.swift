// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What Mews says of the property's time zone.
enum PropertyZone: Sendable, Hashable {
    /// Mews has not been asked yet, or has not answered.
    case unasked
    case named(TimeZone)
    /// It does not say: the form of 2015, an integration that may not read the property, an answer without the field.
    case unsaid
    /// It says something that names no zone.
    case unusable(String)

    init(named text: String?) {
        guard let text else {
            self = .unsaid
            return
        }
        self = TimeZoneName.read(text).map { .named($0) } ?? .unusable(text)
    }

    var timeZone: TimeZone? { if case .named(let zone) = self { zone } else { nil } }

    /// Why no key is dated by it; `nil` where one can be, or where there is nothing to go by but this machine.
    var refusal: String? {
        guard case .unusable(let text) = self else { return nil }
        let name = Notes.plain(text, upTo: 60)
        let said = name.isEmpty ? "the property's time zone is empty in Mews" : "nobody knows the property's time zone in Mews, '\(name)'"
        return "\(said), so the bridge cannot tell when a key ends: correct it in Mews, or have the technician set property.timeZone"
    }

    /// What a person should know of it.
    func problem(configured: TimeZone?) -> HealthProblem? {
        switch self {
        case .unasked:
            return nil
        case .unsaid:
            guard configured == nil else { return nil }
            return HealthProblem(
                .timeZone, subject: "mews", weight: .note,
                "Mews does not say the property's time zone: keys are dated by what it said before, else by this machine's "
                    + "(\(TimeZone.current.identifier)); set property.timeZone")
        case .unusable:
            guard let refusal else { return nil }
            guard let configured else { return HealthProblem(.timeZone, subject: "mews", "Keys are refused: \(refusal)") }
            return HealthProblem(
                .timeZone, subject: "mews", weight: .note,
                "\(refusal.prefix { $0 != "," }): keys are dated by property.timeZone (\(configured.identifier))")
        case .named(let zone):
            guard let configured, !TimeZoneName.agree(zone, configured) else { return nil }
            return HealthProblem(
                .timeZone, subject: "mews",
                "property.timeZone is \(configured.identifier), Mews says \(zone.identifier): keys end by \(configured.identifier); "
                    + "correct the one that is wrong")
        }
    }
}
