// SPDX-License-Identifier: Apache-2.0
import Foundation

@testable import Sandbox

/// The hotel without a network: requests go in as values, at a time that the test sets.
struct Bench {
    var property: PropertyState
    var moment = Bench.noon

    static let noon = Date(timeIntervalSince1970: 1_795_262_400)  // 2026-11-21T12:00:00Z
    static let frontDesk = "5a4dde00-0000-4000-8000-000000000001"
    static let unknown = "00000000-0000-4000-8000-000000000000"

    static func stayId(_ index: Int) -> String { "5a4d5700-0000-4000-8000-00000000000\(index)" }

    init(form: KeyCutter.Form = .documented, dialects: Set<Dialect> = Set(Dialect.allCases)) {
        var hotel = Hotel.small(at: Bench.noon, form: form)
        hotel.dialects = dialects
        property = PropertyState(hotel: hotel)
    }

    static let tokens: [String: JSONValue] = [
        "ClientToken": .string(Tokens.sandbox.client), "AccessToken": .string(Tokens.sandbox.access), "Client": "Test 1.0",
    ]
    static let connector: [String: JSONValue] = ["AccessToken": .string(Tokens.sandbox.connector)]

    /// A request as it comes: bytes, tokens and all.
    mutating func ask(
        _ operation: ConnectorOperation, _ fields: [String: JSONValue] = [:], as tokens: [String: JSONValue] = Bench.tokens
    ) -> Result<JSONValue, ApiRefusal> {
        let body = JSONValue.object(tokens.merging(fields) { _, own in own }).encoded
        do throws(ApiRefusal) {
            var fields = try RequestFields(body: body)
            let caller = try RequestCredentials.check(&fields, for: operation, in: property)
            return .success(try property.perform(operation, &fields, caller: caller, at: moment).body)
        } catch {
            return .failure(error)
        }
    }

    /// A command for the first stay, made over the API.
    mutating func cut(keys: Int = 1) throws -> String {
        let answer = try ask(
            .addKeyCutter,
            ["KeyCutterId": .string(Bench.frontDesk), "ReservationId": .string(Bench.stayId(1)), "KeyCount": .integer(keys)]
        ).get()
        return answer["CommandId"]?.text ?? ""
    }
}

extension Result where Failure == ApiRefusal {
    var refusal: ApiRefusal? {
        if case .failure(let refusal) = self { refusal } else { nil }
    }
}
