// SPDX-License-Identifier: Apache-2.0
import Access
import AccessCore
import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import Synchronization

/// Locks and grants. Codes are shown to who may write, and to nobody else.
extension Responder {
    private struct Grants: Encodable {
        var grants: [GrantDocument]
        /// Reservations that are checked in and get no code, with the reason.
        var withoutCode: [RefusalDocument]
    }

    func locks() async throws -> Response { try Reply.json(["locks": await access?.locks ?? []]) }

    /// `?reservation=` takes a number or an id, `?room=` a name of a room or door.
    func grants(_ head: HTTPRequest) async throws -> Response {
        var grants = await access?.grants ?? []
        let asked = Self.query(head.path ?? "")
        if let reservation = asked["reservation"] {
            grants = grants.filter { $0.reservationId == reservation || $0.reservationNumber == reservation }
        }
        if let room = asked["room"] { grants = grants.filter { $0.room == room || $0.target == room } }
        if !mayWrite(head) { grants = grants.map(\.withoutCode) }
        return try Reply.json(Grants(grants: grants, withoutCode: await access?.refusals ?? []))
    }

    func retry(_ id: GrantID, client: String) async throws -> Response {
        guard let access else { throw Problem.unknownGrant }
        do throws(RetryRefusal) {
            let grant = try await access.retry(id)
            logger.notice("retry of a grant", metadata: ["grant": "\(grant.id)", "client": "\(client)"])
            return try Self.answer(grant)
        } catch {
            switch error {
            case .unknown: throw Problem.unknownGrant
            case .over: throw Problem.grantIsOver
            case .tooEarly(let seconds): throw Problem.retriedBefore(seconds: seconds)
            }
        }
    }

    private static func answer(_ grant: GrantDocument) throws(RetryRefusal) -> Response {
        // Texts and dates: nothing in it can fail to encode.
        guard let response = try? Reply.json(grant.withoutCode, .accepted) else { throw .unknown }
        return response
    }

    func accessLog() async throws -> Response {
        do throws(GrantStoreFault) {
            let notes = try await access?.notes(limit: 500) ?? []
            return try Self.log(notes)
        } catch {
            throw Problem.accessStore(error)
        }
    }

    private static func log(_ notes: [AccessNote]) throws(GrantStoreFault) -> Response {
        guard let response = try? Reply.json(["log": notes]) else { throw GrantStoreFault("the access log cannot be written as JSON") }
        return response
    }

    private func mayWrite(_ head: HTTPRequest) -> Bool {
        // Door codes are of no encoder: a token that is bound to some of them has no business with them.
        if case .admitted(_, on: nil) = tokenGuard.withLock({ $0 }).verdict(on: head, for: .write) { true } else { false }
    }

    private static func query(_ target: String) -> [String: String] {
        guard let mark = target.firstIndex(of: "?") else { return [:] }
        var found: [String: String] = [:]
        for pair in target[target.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, let value = parts[1].replacing("+", with: " ").removingPercentEncoding { found[String(parts[0])] = value }
        }
        return found
    }
}
