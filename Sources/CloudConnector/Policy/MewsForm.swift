// SPDX-License-Identifier: Apache-2.0

/// The two forms of the API.
enum MewsForm: Sendable, Hashable {
    /// Client token and access token in every request, and a socket for events.
    case tokens
    /// The form of 2015: app/signIn, commands/getAllActive and commands/update, and nothing else: no socket, no configuration/get, no
    /// reading of commands by their ids. Signing in throws out whoever signed in before.
    case signIn

    var hasSocket: Bool { self == .tokens }
    var hasProperty: Bool { self == .tokens }
    var canReadBack: Bool { self == .tokens }
}
