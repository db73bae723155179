// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Sandbox

@Test func limit_slides_andSaysWhen() throws {
    var limit = RequestLimit(count: 3, window: 30, saysWhen: true)
    for second in [0.0, 10, 20] { try limit.admit("a", at: Bench.noon + second) }
    #expect(throws: ApiRefusal(status: 429, message: "More than 3 requests within 30 seconds.", retryAfter: "5")) {
        try limit.admit("a", at: Bench.noon + 25)
    }
    try limit.admit("b", at: Bench.noon + 25)
    // The first of the three has left the window; a refused request does not count.
    try limit.admit("a", at: Bench.noon + 30)
    var silent = RequestLimit(count: 0, window: 30, saysWhen: false)
    #expect(throws: ApiRefusal(status: 429, message: "More than 0 requests within 30 seconds.", retryAfter: nil)) {
        try silent.admit("a", at: Bench.noon)
    }
}

@Test(
    arguments: [
        ("Zoë", "Zoe"), ("Müller", "Muller"), ("Łukasz", "Lukasz"), ("Żółw", "Zolw"), ("O'Brien", "O'Brien"), ("Straße", "Strasse"),
        ("張偉", nil), ("Krumlov 張", "Krumlov"), ("", nil),
    ] as [(String, String?)])
func name_isNormalized(_ name: String, _ expected: String?) {
    #expect(NormalizedName.of(name) == expected)
}

@Test func faults_areCountedOff_perOperation() {
    var faults = Faults()
    faults.requests = [
        RequestFault(.status(500, retryAfter: nil), on: .updateCommand, count: 2), RequestFault(.swallow),
    ]
    #expect(faults.take(for: .devices) == .swallow)
    #expect(faults.take(for: .devices) == nil)
    #expect(faults.take(for: .updateCommand) == .status(500, retryAfter: nil))
    #expect(faults.take(for: .updateCommand) == .status(500, retryAfter: nil))
    #expect(faults.take(for: .updateCommand) == nil)
    #expect(faults == Faults())
}

@Test(arguments: [
    #"{"effect":"explode"}"#, #"{"effect":"status"}"#, #"{"effect":"status","status":200}"#, #"{"effect":"swallow","count":0}"#,
    #"{"effect":"swallow","operation":"commands/Update"}"#, #"{"away":"yes"}"#, #"{"nothing":1}"#, #"{"effect":"delay","seconds":1e9}"#,
])
func faultOrder_isRefused_whenWrong(_ text: String) throws {
    var faults = Faults()
    var fields = try RequestFields(body: Data(text.utf8))
    #expect(throws: ApiRefusal.self) { try faults.apply(&fields) }
    #expect(faults == Faults())
}

@Test func faultOrder_readsBackAsGiven() throws {
    var faults = Faults()
    let order = #"{"away":true,"chatter":true,"effect":"status","status":429,"retryAfter":3,"operation":"commands/update","count":4}"#
    var fields = try RequestFields(body: Data(order.utf8))
    try faults.apply(&fields)
    #expect(faults.away && faults.chatter)
    #expect(faults.requests == [RequestFault(.status(429, retryAfter: "3"), on: .updateCommand, count: 4)])
    #expect(faults.json["requests"]?[0]?["retryAfter"] == "3")
}

@Test(arguments: ["commands/getAllByIDs", "commands/getallactive", "commands/update/", "Commands/update", "", "commands"])
func path_isNoOperation_whenNotExact(_ path: String) {
    #expect(ConnectorOperation(path: Substring(ConnectorOperation.root + path)) == nil)
}

@Test func html_isEscaped() {
    #expect(FrontPage.escaped("<b>\"O'B\" & Co</b>") == "&lt;b&gt;&quot;O&#39;B&quot; &amp; Co&lt;/b&gt;")
    let page = FrontPage.html(hotel: .small, commands: [], faults: Faults())
    #expect(page.contains("&lt;b&gt;Group &amp; Co.&lt;/b&gt;"))
    #expect(!page.contains("<b>"))
    #expect(page.contains("O&#39;Brien"))
}

@Test func form_isDecoded() {
    #expect(FormBody.fields(Data("keyCutter=Front+desk&a=%C3%AB&b".utf8)) == ["keyCutter": "Front desk", "a": "ë", "b": ""])
    #expect(FormBody.fields(Data("a=%ZZ".utf8)) == nil)
    #expect(FormBody.fields(Data([0xFF])) == nil)
}

@Test func assembly_refusesWhatIsTooLarge_andGivesUpFarBeyond() {
    let head = HTTPServerRequestPart.head(HTTPRequestHead(version: .http1_1, method: .POST, uri: "/"))
    func outcome(of sizes: [Int]) -> String {
        var assembly = RequestAssembly(limit: 100)
        for part in [head] + sizes.map({ .body(ByteBuffer(repeating: 1, count: $0)) }) + [.end(nil)] {
            switch assembly.take(part) {
            case nil: continue
            case .whole(_, let body): return "\(body.count)"
            case .tooLarge: return "too large"
            case .hopeless: return "hopeless"
            }
        }
        return "nothing"
    }
    #expect(outcome(of: []) == "0")
    #expect(outcome(of: [60, 40]) == "100")
    #expect(outcome(of: [60, 41]) == "too large")
    #expect(outcome(of: [60, 41, 10]) == "too large")
    #expect(outcome(of: [101, 1500]) == "hopeless")
}

@Test(
    arguments: [
        ("127.0.0.1:80", nil, true, true), ("localhost", "http://localhost", true, true), ("[::1]:80", nil, true, true),
        ("evil.example", nil, true, false), ("127.0.0.1:80", nil, false, false), ("127.0.0.1:80", "http://evil.example", true, false),
        ("127.0.0.1:80", "null", true, false),
    ] as [(String, String?, Bool, Bool)])
func control_isForThisMachine(_ host: String, _ origin: String?, _ isLocal: Bool, _ allowed: Bool) {
    var request = Request(method: "GET", uri: "/", headers: ["host": [host]], isLocal: isLocal)
    if let origin { request.headers["origin"] = [origin] }
    #expect((ControlAccess.thisMachine.refusal(for: request) == nil) == allowed)
}

@Test func stays_keepHotelHours_acrossTheChangeOfClocks() throws {
    // Central European time ends on 2026-10-25; both ends are on the hour of the wall clock.
    let moment = try #require(UtcTime.moment("2026-10-24T22:30:00Z"))  // 00:30 on the 25th in Prague
    let stay = try #require(Hotel.small(at: moment).stay("1001"))
    #expect(UtcTime.text(stay.start) == "2026-10-24T13:00:00Z")
    #expect(UtcTime.text(stay.end) == "2026-10-27T10:00:00Z")
}
