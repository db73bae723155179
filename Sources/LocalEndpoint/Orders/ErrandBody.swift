// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import HTTPTypes

/// The body of an errand. What destroys a card must be said a second time, so that a slip in a path erases nothing.
enum ErrandBody {
    private struct Confirmation: Decodable {
        var confirm: String?
    }

    static func check(_ body: Data, of errand: Errand, _ head: HTTPRequest) throws(Problem) {
        if body.isEmpty, errand != .erase { return }
        if !body.isEmpty, let problem = ContentGuard.objection(to: head) { throw problem }
        let confirmation = try? EndpointJSON.decoder().decode(Confirmation.self, from: body)
        switch errand {
        case .erase:
            guard confirmation?.confirm == errand.rawValue else { throw .confirmationNeeded }
        case .read, .reset, .selfTest, .identify:
            guard let confirmation, confirmation.confirm == nil else { throw Self.unwanted(by: errand.rawValue) }
        }
    }

    /// - Parameter deed: what takes no body.
    static func checkNone(_ body: Data, for deed: String, _ head: HTTPRequest) throws(Problem) {
        if body.isEmpty { return }
        if let problem = ContentGuard.objection(to: head) { throw problem }
        let confirmation = try? EndpointJSON.decoder().decode(Confirmation.self, from: body)
        guard let confirmation, confirmation.confirm == nil else { throw unwanted(by: deed) }
    }

    private static func unwanted(by deed: String) -> Problem { .invalidOrder("\(deed) takes no body: leave it out, or send {}") }
}
