// SPDX-License-Identifier: Apache-2.0
import Foundation

extension Hotel {
    /// The sandbox hotel as of now.
    public static var small: Hotel { small(at: Date()) }

    /// Eight rooms, a dorm among them, a pool, one encoder, six stays. Ids are the same in every run, so that scripts can name them;
    /// times are counted from `moment`, so that the keys are always valid. The names are those that break things.
    public static func small(at moment: Date, form: KeyCutter.Form = .documented) -> Hotel {
        let zone = "Europe/Prague"
        let day = HotelDay(of: moment, timeZone: zone)
        func stay(
            _ index: Int, _ state: HotelStay.State, _ from: Int, _ until: Int, space: String, guest: Int, companions: [Int] = []
        ) -> HotelStay {
            HotelStay(
                id: id(.stay, index), groupId: id(.group, index), number: String(1000 + index), state: state,
                start: day.moment(plusDays: from, hour: 15), end: day.moment(plusDays: until, hour: 11), spaceId: space,
                guestId: id(.guest, guest), companionIds: ([guest] + companions).map { id(.guest, $0) })
        }
        return Hotel(
            id: id(.enterprise, 1), name: "Hotel Sandkasten", timeZone: zone, categories: smallCategories, spaces: smallSpaces,
            guests: smallGuests,
            stays: [
                stay(1, .started, -1, 2, space: id(.space, 1), guest: 1),
                stay(2, .started, -1, 1, space: id(.space, 5), guest: 2, companions: [7]),
                stay(3, .started, -2, 3, space: id(.space, 2), guest: 3),
                stay(4, .started, -1, 5, space: id(.bed, 1), guest: 4),
                stay(5, .started, -1, 2, space: id(.space, 3), guest: 5),
                stay(6, .confirmed, 1, 4, space: id(.space, 6), guest: 6),
            ],
            keyCutters: [frontDesk(form: form)])
    }

    /// Other key cutters than the one at the front desk, each known to the lock system by its name.
    public mutating func setKeyCutters(_ names: [String]) {
        keyCutters = names.enumerated().map { index, name in
            KeyCutter(
                id: Self.id(.device, index + 1), name: name, identifier: name, apiUrl: "http://127.0.0.1:10003",
                dataJson: #"{ "Type": "IndustryStandardProtocol" }"#)
        }
    }

    private static func frontDesk(form: KeyCutter.Form) -> KeyCutter {
        let old = form == .visiOnline2015
        return KeyCutter(
            id: id(.device, 1), name: "Front desk", identifier: "1",
            apiUrl: old ? "https://127.0.0.1:10003/api/v1/" : "http://127.0.0.1:10003",
            dataJson: old ? nil : #"{ "Type": "IndustryStandardProtocol" }"#, form: form, userName: "pms",
            password: old ? "sandbox-password" : nil, keyMode: nil, externalRequestIdentifier: nil)
    }

    private static let smallCategories = [
        SpaceCategory(id: id(.category, 1), name: "Double room", shortName: "DBL"),
        SpaceCategory(id: id(.category, 2), name: "Dormitory", shortName: "DRM"),
        SpaceCategory(id: id(.category, 3), name: "Common areas", shortName: nil),
    ]

    private static let smallSpaces: [Space] = {
        let doubles = ["101", "102", "103", "201", "201A", "202", "203"].enumerated().map { index, number in
            Space(
                id: id(.space, index + 1), kind: .room, number: number, categoryId: id(.category, 1),
                state: index == 6 ? "OutOfService" : index == 3 ? "Dirty" : "Clean")
        }
        let dorm = Space(id: id(.space, 8), kind: .room, number: "Dorm", categoryId: id(.category, 2), lockId: "301")
        let beds = (1...4).map { index in
            Space(id: id(.bed, index), kind: .bed, number: "Dorm-\(index)", parentId: dorm.id, categoryId: id(.category, 2))
        }
        let pool = Space(id: id(.space, 9), kind: .common, number: "Pool", categoryId: id(.category, 3), state: "Inspected")
        return doubles + [dorm] + beds + [pool]
    }()

    private static let smallGuests = [
        Guest(
            id: id(.guest, 1), firstName: "Zoë", lastName: "Müller", email: "zoe.mueller@example.com", phone: "+420000000001",
            nationalityCode: "DE", balance: 118.5),
        Guest(id: id(.guest, 2), firstName: "Łukasz", lastName: "Żółw", phone: "+420000000002", nationalityCode: "PL"),
        Guest(id: id(.guest, 3), firstName: "Seán", lastName: "O'Brien", nationalityCode: "IE", balance: -20),
        Guest(id: id(.guest, 4), firstName: "偉", lastName: "張", nationalityCode: "TW"),
        Guest(
            id: id(.guest, 5), firstName: "Maria Magdalena Theodora Alexandrina",
            lastName: "von Hohenstaufen-Wittelsbach zu Schwarzenberg und Rosenberg-Lobkowicz auf Český Krumlov", nationalityCode: "AT"),
        Guest(id: id(.guest, 6), firstName: nil, lastName: "<b>Group & Co.</b>", nationalityCode: "GB"),
        Guest(id: id(.guest, 7), firstName: "Ania", lastName: "Żółw", nationalityCode: "PL"),
    ]

    private enum Family: String {
        case enterprise = "e0"
        case category = "ca"
        case space = "5a"
        case bed = "be"
        case guest = "90"
        case stay = "57"
        case group = "96"
        case device = "de"
    }

    /// A valid UUID that tells what it names.
    private static func id(_ family: Family, _ index: Int) -> String {
        let digits = String(index)
        return "5a4d\(family.rawValue)00-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }
}
