// SPDX-License-Identifier: Apache-2.0

/// The secrets of a sandbox hotel. They protect nothing: they are printed at the start so that a bridge can be set up with them.
public struct Tokens: Sendable, Equatable {
    /// Names the client program (today's form).
    public var client: String
    /// Names the hotel (today's form).
    public var access: String
    /// The token of 2015: signs in, or is used as the AccessToken itself.
    public var connector: String

    public init(client: String, access: String, connector: String) {
        self.client = client
        self.access = access
        self.connector = connector
    }

    /// The same in every sandbox, in the shape of real ones.
    public static let sandbox = Tokens(
        client: "5A4DB0C50000400080000000C11E0001-5A4DB0C50000400080000000C11E001",
        access: "5A4DB0C50000400080000000ACCE0002-5A4DB0C50000400080000000ACCE002",
        connector: "5A4DB0C50000400080000000C02E0003-5A4DB0C50000400080000000C02E003")
}

/// Which of the two ways to sign a request the hotel takes.
public enum Dialect: String, Sendable, CaseIterable {
    /// ClientToken, AccessToken and Client in every request.
    case today
    /// AccessToken alone, from app/signIn or the ConnectorToken itself.
    case first2015 = "2015"
}
