// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import HTTPTypes

/// What a request asks for. One case for each line of docs/http-api.md.
enum Route: Hashable {
    case health
    case metrics
    case status
    case encoders
    case encoder(EncoderName)
    case orderKeys(EncoderName)
    case job(JobID)
    case jobs
    case trail(JobID)
    case cancel(JobID)
    case events
    case errand(Errand, EncoderName)
    /// What the lock system behind an encoder is told of keys it made.
    case notice(StayNotice.Kind, EncoderName)
    /// The desk page, its script and its style: no data in them.
    case page, script, style
    /// What the page shows to the clerk and to the technician.
    case board, technician
    /// A key cut by hand on the page.
    case orderByHand
    /// Whose card is this?
    case card(EncoderName)
    /// Writes, reads back and blanks a card that is nobody's.
    case testCard(EncoderName)
    /// What went over the line last.
    case frames(EncoderName)
    case locks
    case grants
    case retryGrant(GrantID)
    case accessLog
    /// What this endpoint is, for programs: OpenAPI.
    case specification

    /// What a client must be allowed to do; `nil` where nobody is asked.
    var scope: EndpointToken.Scope? {
        switch self {
        case .health, .page, .script, .style, .specification: nil
        case .status, .metrics, .encoders, .encoder, .frames, .job, .jobs, .trail, .events, .board, .technician, .locks, .grants,
            .accessLog:
            .read
        // A card that is read can be made again elsewhere.
        case .orderKeys, .cancel, .errand, .notice, .orderByHand, .card, .testCard, .retryGrant: .write
        }
    }

    /// The encoder that a token must reach to be let in; the job's or the order's own are looked at later.
    var encoder: EncoderName? {
        switch self {
        case .orderKeys(let name), .errand(_, let name), .notice(_, let name), .card(let name), .testCard(let name): name
        default: nil
        }
    }

    /// What is at a path, and which methods it takes.
    enum Finding: Hashable {
        case route(Route)
        case nothingThere
        /// The value of the Allow header.
        case otherMethods(allowed: String)
    }

    /// - Parameter target: the request target; a query is ignored. HEAD finds what GET finds.
    static func find(_ method: HTTPRequest.Method, _ target: String) -> Finding {
        let resource = resource(at: target)
        guard !resource.isEmpty else { return .nothingThere }
        let asked = method == .head ? .get : method
        if let match = resource.first(where: { $0.method == asked }) { return .route(match.route) }
        let allowed = resource.flatMap { $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue] }
        return .otherMethods(allowed: allowed.joined(separator: ", "))
    }

    private static func resource(at target: String) -> [(method: HTTPRequest.Method, route: Route)] {
        let path = target.prefix { $0 != "?" && $0 != "#" }
        // A query of any length that a header may have belongs to whoever reads it.
        guard path.hasPrefix("/"), path.utf8.count <= 1024 else { return [] }
        if path == "/" { return [(.get, .page)] }
        var parts: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let text = part.removingPercentEncoding, !text.isEmpty else { return [] }
            parts.append(text)
        }
        switch parts.count {
        case 1 where parts == ["health"]: return [(.get, .health)]
        case 1 where parts == ["desk.js"]: return [(.get, .script)]
        case 1 where parts == ["desk.css"]: return [(.get, .style)]
        case 2 where parts == ["desk", "board"]: return [(.get, .board)]
        case 2 where parts == ["desk", "technician"]: return [(.get, .technician)]
        case 2 where parts == ["desk", "keys"]: return [(.post, .orderByHand)]
        case 1 where parts == ["openapi.yaml"]: return [(.get, .specification)]
        case 1 where parts == ["metrics"]: return [(.get, .metrics)]
        case 2 where parts == ["v1", "status"]: return [(.get, .status)]
        case 2 where parts == ["v1", "encoders"]: return [(.get, .encoders)]
        case 2 where parts == ["v1", "jobs"]: return [(.get, .jobs)]
        case 2 where parts == ["v1", "events"]: return [(.get, .events)]
        case 2 where parts == ["v1", "locks"]: return [(.get, .locks)]
        case 3 where parts == ["v1", "access", "grants"]: return [(.get, .grants)]
        case 3 where parts == ["v1", "access", "log"]: return [(.get, .accessLog)]
        case 5 where parts[0] == "v1" && parts[1] == "access" && parts[2] == "grants" && parts[4] == "retry":
            return [(.post, .retryGrant(GrantID(parts[3])))]
        case 3 where parts[0] == "v1" && parts[1] == "encoders": return [(.get, .encoder(EncoderName(parts[2])))]
        case 3 where parts[0] == "v1" && parts[1] == "jobs": return [(.get, .job(JobID(parts[2]))), (.delete, .cancel(JobID(parts[2])))]
        case 4 where parts[0] == "v1" && parts[1] == "jobs" && parts[3] == "trail": return [(.get, .trail(JobID(parts[2])))]
        case 4 where parts[0] == "v1" && parts[1] == "encoders" && parts[3] == "jobs":
            return [(.post, .orderKeys(EncoderName(parts[2])))]
        case 4 where parts[0] == "v1" && parts[1] == "encoders" && parts[3] == "card":
            return [(.post, .card(EncoderName(parts[2])))]
        case 4 where parts[0] == "v1" && parts[1] == "encoders" && parts[3] == "test-card":
            return [(.post, .testCard(EncoderName(parts[2])))]
        case 4 where parts[0] == "v1" && parts[1] == "encoders" && parts[3] == "frames":
            return [(.get, .frames(EncoderName(parts[2])))]
        case 4 where parts[0] == "v1" && parts[1] == "encoders":
            if let kind = StayNotice.Kind(rawValue: parts[3]) { return [(.post, .notice(kind, EncoderName(parts[2])))] }
            return Errand(rawValue: parts[3]).map { [(.post, .errand($0, EncoderName(parts[2])))] } ?? []
        default: return []
        }
    }
}
