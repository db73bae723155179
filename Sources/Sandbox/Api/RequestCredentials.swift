// SPDX-License-Identifier: Apache-2.0

/// Who asks.
struct Caller: Sendable, Equatable {
    var dialect: Dialect
    /// The token that the request limit counts by.
    var accessToken: String
    /// What the client calls itself.
    var client: String
}

/// Checks the tokens of a request. A hotel that takes both forms tells them apart by what is there: `ClientToken` or `Client` make it
/// today's.
enum RequestCredentials {
    static func check(_ fields: inout RequestFields, for operation: ConnectorOperation, in state: PropertyState) throws(ApiRefusal)
        -> Caller
    {
        let dialects = state.hotel.dialects
        if !dialects.contains(.today) || dialects.contains(.first2015) && !fields.has("ClientToken") && !fields.has("Client") {
            return try first(&fields, for: operation, in: state)
        }
        let clientToken = try fields.text("ClientToken")
        let accessToken = try fields.text("AccessToken")
        let client = try fields.text("Client")
        let language = try fields.optionalText("LanguageCode")
        let culture = try fields.optionalText("CultureCode")
        if (language == nil) != (culture == nil) {
            throw .invalid(language == nil ? "LanguageCode" : "CultureCode", "LanguageCode and CultureCode go together")
        }
        guard accepts(clientToken: clientToken, accessToken: accessToken, in: state) else {
            throw .credentials("The ClientToken or the AccessToken")
        }
        return Caller(dialect: .today, accessToken: accessToken, client: client)
    }

    /// Today's pair, as it also opens the WebSocket.
    static func accepts(clientToken: String, accessToken: String, in state: PropertyState) -> Bool {
        state.hotel.dialects.contains(.today) && clientToken == state.hotel.tokens.client && accessToken == state.hotel.tokens.access
    }

    /// The form of 2015: one token. The page of that time calls it `ConnectorToken` for two operations.
    private static func first(
        _ fields: inout RequestFields, for operation: ConnectorOperation, in state: PropertyState
    ) throws(ApiRefusal) -> Caller {
        let connector = state.hotel.tokens.connector
        let client = "AccessToken only"
        if operation == .signIn || operation == .balance && fields.has("ConnectorToken") {
            guard try fields.text("ConnectorToken") == connector else { throw .credentials("The ConnectorToken") }
            return Caller(dialect: .first2015, accessToken: connector, client: client)
        }
        let token = try fields.text("AccessToken")
        guard token == connector || token == state.session else { throw .credentials("The AccessToken") }
        return Caller(dialect: .first2015, accessToken: token, client: client)
    }
}
