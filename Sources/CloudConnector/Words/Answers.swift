// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The answer of app/signIn (2015).
struct SignInAnswer: Decodable, Sendable {
    var accessToken: String
    /// The property's.
    var name: String?

    private enum Key: String, CodingKey {
        case accessToken = "AccessToken"
        case enterprise = "Enterprise"
    }
    private enum EnterpriseKey: String, CodingKey { case name = "Name" }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        accessToken = try values.decode(String.self, forKey: .accessToken)
        name = (try? values.nestedContainer(keyedBy: EnterpriseKey.self, forKey: .enterprise))?.lenient(String.self, .name)
        guard !accessToken.isEmpty else {
            throw DecodingError.dataCorrupted(.init(codingPath: [Key.accessToken], debugDescription: "empty"))
        }
    }
}

/// What the connector reads of configuration/get.
struct PropertyAnswer: Decodable, Sendable, Hashable {
    /// Mews' clock when it answered.
    var now: Date?
    var name: String?
    /// As Mews writes it: an IANA name by its documentation. `nil` where it says nothing; an empty text is something said.
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
        guard values.contains(.now) || values.contains(.enterprise) else {
            throw DecodingError.keyNotFound(Key.enterprise, .init(codingPath: [], debugDescription: "no property in it"))
        }
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
    /// Whether the body has any of the members that Mews' errors have: a page or a proxy's own JSON has none of them.
    var isWrittenByMews: Bool

    private enum Key: String, CodingKey, CaseIterable {
        case message = "Message"
        case requestID = "RequestId"
        case details = "Details"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        isWrittenByMews = Key.allCases.contains { values.contains($0) }
        message = values.lenient(String.self, .message)
        requestID = values.lenient(String.self, .requestID)
    }
}

/// An object that is not looked into.
struct EmptyAnswer: Decodable, Sendable {
    private enum Key: CodingKey {}

    init() {}
    /// Fails for anything but an object.
    init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: Key.self) }
}
