// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The answer of app/signIn (2015).
struct SignInAnswer: Decodable, Sendable {
    var accessToken: String

    private enum Key: String, CodingKey { case accessToken = "AccessToken" }

    init(from decoder: any Decoder) throws {
        accessToken = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .accessToken)
    }
}

/// What the connector reads of configuration/get.
struct PropertyAnswer: Decodable, Sendable, Hashable {
    /// Mews' clock when it answered.
    var now: Date?
    var name: String?
    /// IANA name.
    var timeZone: String?

    private enum Key: String, CodingKey {
        case now = "NowUtc"
        case enterprise = "Enterprise"
    }
    private enum EnterpriseKey: String, CodingKey {
        case name = "Name"
        case timeZoneIdentifier = "TimeZoneIdentifier"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        now = values.lenient(UTCDate.self, .now)?.date
        let enterprise = try? values.nestedContainer(keyedBy: EnterpriseKey.self, forKey: .enterprise)
        name = enterprise?.lenient(String.self, .name)
        timeZone = enterprise?.lenient(String.self, .timeZoneIdentifier)
    }
}

/// The body of an answer with an error status. Any part may be missing.
struct ErrorBody: Decodable, Sendable, Hashable {
    var message: String?
    var requestID: String?

    private enum Key: String, CodingKey {
        case message = "Message"
        case requestID = "RequestId"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        message = values.lenient(String.self, .message)
        requestID = values.lenient(String.self, .requestID)
    }
}

/// Any answer that is not looked into.
struct EmptyAnswer: Decodable, Sendable {
    init() {}
    init(from decoder: any Decoder) throws {}
}
