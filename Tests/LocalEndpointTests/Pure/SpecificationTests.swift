// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import HTTPTypes
import Testing

@testable import LocalEndpoint

/// What is served at /openapi.yaml names every route and no other, and what it says of a job is what a job has.
struct SpecificationTests {
    private static let text = String(decoding: Responder.specification, as: UTF8.self)

    /// Exhaustive on purpose: a new route does not compile before it has its place in the document.
    private static func place(of route: Route) -> String {
        switch route {
        case .health: "get /health"
        case .specification: "get /openapi.yaml"
        case .metrics: "get /metrics"
        case .status: "get /v1/status"
        case .encoders: "get /v1/encoders"
        case .encoder: "get /v1/encoders/{name}"
        case .orderKeys: "post /v1/encoders/{name}/jobs"
        case .job: "get /v1/jobs/{id}"
        case .jobs: "get /v1/jobs"
        case .trail: "get /v1/jobs/{id}/trail"
        case .cancel: "delete /v1/jobs/{id}"
        case .events: "get /v1/events"
        case .errand(let errand, _): "post /v1/encoders/{name}/\(errand.rawValue)"
        case .notice(let kind, _): "post /v1/encoders/{name}/\(kind.rawValue)"
        case .page: "get /"
        case .script: "get /desk.js"
        case .style: "get /desk.css"
        case .board: "get /desk/board"
        case .technician: "get /desk/technician"
        case .orderByHand: "post /desk/keys"
        case .card: "post /v1/encoders/{name}/card"
        case .frames: "get /v1/encoders/{name}/frames"
        case .testCard: "post /v1/encoders/{name}/test-card"
        case .locks: "get /v1/locks"
        case .grants: "get /v1/access/grants"
        case .retryGrant: "post /v1/access/grants/{id}/retry"
        case .accessLog: "get /v1/access/log"
        }
    }

    private static let routes: [Route] =
        [
            .health, .specification, .metrics, .status, .encoders, .encoder("e"), .orderKeys("e"), .job(JobID("j")), .jobs,
            .trail(JobID("j")),
            .cancel(JobID("j")), .events, .page, .script, .style, .board, .technician, .orderByHand, .card("e"), .frames("e"),
            .testCard("e"), .locks, .grants,
            .retryGrant("g"), .accessLog,
        ] + Errand.allCases.map { .errand($0, "e") } + StayNotice.Kind.allCases.map { .notice($0, "e") }

    /// `get /v1/jobs` ..., as the document lists them: paths at two blanks, methods at four.
    private static var written: Set<String> {
        var found: Set<String> = []
        var path = ""
        for line in text.prefix(upTo: text.range(of: "\ncomponents:")?.lowerBound ?? text.endIndex).split(separator: "\n") {
            if let match = line.firstMatch(of: /^  (\/[^:]*):$/) { path = String(match.output.1) }
            if let match = line.firstMatch(of: /^    (get|post|put|delete):/) { found.insert("\(match.output.1) \(path)") }
        }
        return found
    }

    @Test func document_hasEveryRoute_andNoOther() {
        #expect(Self.written == Set(Self.routes.map(Self.place)))
        for place in Self.written {
            let parts = place.split(separator: " ")
            let path = parts[1].replacing("{name}", with: "e").replacing("{id}", with: "j")
            let method = HTTPRequest.Method(parts[0].uppercased()) ?? .get
            guard case .route(let route) = Route.find(method, String(path)) else {
                Issue.record("\(place) leads nowhere")
                continue
            }
            #expect(Self.place(of: route) == place)
            let lines = Self.operation(place)
            // `security: []` where nobody is asked for a token, and there alone.
            #expect(lines.contains("      security: []") == (route.scope == nil), "\(place)")
            let statuses = Set(lines.joined().matches(of: /"(\d\d\d)":/).compactMap { Int($0.output.1) }.filter { $0 >= 400 })
            #expect(statuses == Self.refusals(of: route), "\(place)")
        }
    }

    /// The lines of an operation of the document.
    private static func operation(_ place: String) -> [Substring] {
        let parts = place.split(separator: " ")
        let ofPath = text.split(separator: "\n").drop { $0 != "  \(parts[1]):" }.dropFirst().prefix { $0.hasPrefix("    ") }
        return ofPath.drop { $0 != "    \(parts[0]):" }.dropFirst().prefix { $0.hasPrefix("      ") || $0.hasPrefix("        ") }.map { $0 }
    }

    /// What each may be refused with: a client that is made of the document knows no other answer. 500 is a mistake of ours.
    private static func refusals(of route: Route) -> Set<Int> {
        // No HTTP, foreign origin, too large, foreign host.
        var statuses: Set = [400, 403, 413, 421]
        if route.scope != nil { statuses.formUnion([401, 429]) }
        let ofTheEncoder: Set = [404, 409, 422, 502, 503, 504]
        switch route {
        case .health, .specification, .metrics, .status, .encoders, .locks, .grants: break
        case .page, .script, .style, .encoder, .frames: statuses.insert(404)
        case .jobs, .events, .accessLog: statuses.insert(503)
        case .board, .technician, .job, .trail: statuses.formUnion([404, 503])
        case .cancel: statuses.formUnion([404, 409, 503])
        case .retryGrant: statuses.formUnion([404, 409])
        case .orderByHand: statuses.formUnion([404, 409, 415, 422, 503])
        case .card: statuses.formUnion(ofTheEncoder)
        case .errand, .notice: statuses.formUnion(ofTheEncoder.union([415]))
        // A job is waited for, which may expire.
        case .orderKeys, .testCard: statuses.formUnion(ofTheEncoder.union([410, 415]))
        }
        return statuses
    }

    /// Twice the same key is no YAML to a strict reader: a generated client would not come about.
    @Test func paths_standOnce() {
        let paths = Self.text.split(separator: "\n").filter { $0.hasPrefix("  /") }
        #expect(paths.count == Set(paths).count)
    }

    @Test func job_hasTheMembersThatTheDocumentRequires() throws {
        let job = Job(
            id: JobID("j"), encoder: "e", order: KeyOrder(lockIds: ["1"], validFrom: .distantPast, validUntil: .distantFuture),
            origin: .local,
            createdAt: Date(timeIntervalSince1970: 0))
        #expect(try Self.required("Job") == Self.members(JobDocument(job)))
    }

    @Test func encoder_hasTheMembersThatTheDocumentRequires() throws {
        let encoder = EncoderStatus(
            name: "e", state: .ready, driver: "msr", kind: .raw, port: PortStatus(match: "serial A"), capabilities: [.read])
        #expect(try Self.required("Encoder") == Self.members(encoder))
        #expect(try Self.properties("Encoder") == Self.members(encoder))
    }

    @Test func fault_hasNoMemberThatTheDocumentDoesNotName() throws {
        var served: Set<String> = []
        for kind in FaultKind.examples {
            let members = try Self.members(Fault(kind, cause: .unknownRoom, heard: .nothing))
            #expect(try members.isSuperset(of: Self.required("Fault")))
            served.formUnion(members)
        }
        #expect(try Self.properties("Fault") == served)
    }

    private static func members(_ document: some Encodable) throws -> Set<String> {
        let data = try EndpointJSON.encoder().encode(document)
        return Set(try #require(JSONSerialization.jsonObject(with: data) as? [String: Any]).keys)
    }

    /// The lines of a schema of the document.
    private static func schema(_ name: String) -> [Substring] {
        text.split(separator: "\n").drop { $0 != "  schemas:" }.drop { $0 != "    \(name):" }.dropFirst().prefix { $0.hasPrefix("      ") }
            .map { $0 }
    }

    private static func required(_ name: String) throws -> Set<String> {
        let found = try #require(schema(name).lazy.compactMap { $0.firstMatch(of: /^      required: \[([^\]]*)\]/) }.first)
        return Set(found.output.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
    }

    private static func properties(_ name: String) throws -> Set<String> {
        Set(schema(name).compactMap { $0.firstMatch(of: /^        ([a-zA-Z]+):/).map { String($0.output.1) } })
    }
}
