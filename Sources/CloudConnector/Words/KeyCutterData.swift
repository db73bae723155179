// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a key cutter's command asks for. Read from today's shape, from the properties that left the published description in 2025 but
/// may still be sent (UserName, Password, KeyMode, ExternalRequestIdentifier), and from the `VisiOnlineKeyCutter` shape of 2015.
/// Guest names and passwords are in here: a value of this type is never logged.
struct KeyCutterData: Sendable, Hashable {
    /// Name or number of the encoder as the property typed it in Mews; not a UUID.
    var keyCutterID: String?
    /// `http://host:port` of the lock system, also where it speaks no HTTP.
    var apiURL: String?
    var userName: String?
    var password: String?
    /// The "Data JSON" that the property typed in Mews: JSON inside a string, blank or missing.
    var dataJSON: String?
    /// New or duplicate; the values are not published.
    var keyMode: String?
    var externalRequestIdentifier: String?
    var keyCount: Int?
    var lockIDs: [String]
    var start: Date?
    var end: Date?
    var guestName: String?
    var reservationNumber: String?
}

extension KeyCutterData: Decodable {
    private enum Key: String, CodingKey {
        case keyCutterID = "KeyCutterId"
        case apiURL = "ApiUrl"
        case userName = "UserName"
        case password = "Password"
        case dataJSON = "KeyCutterData"
        case keyMode = "KeyMode"
        case externalRequestIdentifier = "ExternalRequestIdentifier"
        case keyCount = "KeyCount"
        case lockIDs = "LockIds"
        case start = "StartUtc"
        case end = "EndUtc"
        case firstName = "FirstName"
        case lastName = "LastName"
        case reservationNumber = "ReservationNumber"
        // The shape of 2015.
        case validityStart = "ValidityStartUtc"
        case validityEnd = "ValidityEndUtc"
        case reservation = "Reservation"
    }
    private enum ReservationKey: String, CodingKey {
        case number = "Number"
        case customer = "Customer"
    }
    private enum CustomerKey: String, CodingKey {
        case firstName = "FirstName"
        case lastName = "LastName"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        func text(_ key: Key) -> String? { values.lenient(LooseText.self, key)?.text }
        keyCutterID = text(.keyCutterID)
        apiURL = text(.apiURL)
        userName = text(.userName)
        password = text(.password)
        dataJSON = values.lenient(String.self, .dataJSON)
        keyMode = text(.keyMode)
        externalRequestIdentifier = text(.externalRequestIdentifier)
        keyCount = values.lenient(LooseInt.self, .keyCount)?.number
        lockIDs = values.lenient([LooseText].self, .lockIDs)?.map(\.text) ?? []
        start = (values.lenient(UTCDate.self, .start) ?? values.lenient(UTCDate.self, .validityStart))?.date
        end = (values.lenient(UTCDate.self, .end) ?? values.lenient(UTCDate.self, .validityEnd))?.date

        let reservation = try? values.nestedContainer(keyedBy: ReservationKey.self, forKey: .reservation)
        let customer = try? reservation?.nestedContainer(keyedBy: CustomerKey.self, forKey: .customer)
        let first = text(.firstName) ?? customer?.lenient(String.self, .firstName)
        let last = text(.lastName) ?? customer?.lenient(String.self, .lastName)
        let name = [first, last].compactMap { $0?.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guestName = name.isEmpty ? nil : name.joined(separator: " ")
        reservationNumber = text(.reservationNumber) ?? reservation?.lenient(LooseText.self, .number)?.text
    }
}
