// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Sandbox

@Test func tokens_areRefused_whenWrong() {
    var bench = Bench()
    #expect(bench.ask(.devices, ["AccessToken": "wrong"]).refusal?.status == 401)
    #expect(bench.ask(.devices, ["ClientToken": "wrong"]).refusal?.status == 401)
    #expect(bench.ask(.devices, as: ["AccessToken": "wrong"]).refusal?.status == 401)
    // Today's AccessToken alone is not the form of 2015.
    #expect(bench.ask(.devices, as: ["AccessToken": .string(Tokens.sandbox.access)]).refusal?.status == 401)
}

@Test func signIn_endsTheSessionBefore() throws {
    var bench = Bench()
    let signIn: [String: JSONValue] = ["ConnectorToken": .string(Tokens.sandbox.connector)]
    let first = try bench.ask(.signIn, as: signIn).get()
    #expect(first["Enterprise"]?["Name"] == "Hotel Sandkasten")
    let firstToken = try #require(first["AccessToken"])
    #expect(bench.ask(.activeCommands, as: ["AccessToken": firstToken]).refusal == nil)
    let secondToken = try #require(try bench.ask(.signIn, as: signIn).get()["AccessToken"])
    #expect(bench.ask(.activeCommands, as: ["AccessToken": firstToken]).refusal?.status == 401)
    #expect(bench.ask(.activeCommands, as: ["AccessToken": secondToken]).refusal == nil)
    #expect(bench.ask(.signIn, as: ["ConnectorToken": "wrong"]).refusal?.status == 401)
}

@Test func dialect_isTheHotels_whenItTakesOne() {
    var today = Bench(dialects: [.today])
    #expect(today.ask(.activeCommands, as: Bench.connector).refusal?.message.hasPrefix("Invalid ClientToken") == true)
    var old = Bench(dialects: [.first2015])
    #expect(old.ask(.activeCommands).refusal?.status == 401)
    #expect(old.ask(.activeCommands, as: Bench.connector).refusal == nil)
}

@Test func oldDialect_hasNoCursor_andTakesResult() throws {
    var bench = Bench()
    let id = try bench.cut()
    #expect(try bench.ask(.activeCommands, as: Bench.connector).get()["Cursor"] == nil)
    let update: [String: JSONValue] = ["CommandId": .string(id), "State": "Processed", "Result": [:]]
    #expect(bench.ask(.updateCommand, update, as: Bench.connector) == .success([:]))
}

@Test(arguments: [
    ("ClientToken=a; AccessToken=b", "a", "b"),
    ("ClientToken=a;AccessToken=b", "a", "b"),
    ("AccessToken=b; other=1; ClientToken=a", "a", "b"),
    ("ClientToken=a=; AccessToken=b", "a=", "b"),
])
func cookie_isRead(_ header: String, _ client: String, _ access: String) {
    let values = Cookie.values(header)
    #expect(values["ClientToken"] == client)
    #expect(values["AccessToken"] == access)
}

@Test(arguments: ["ClientToken = a; AccessToken=b", "ClientToken= a; AccessToken=b", "ClientToken =a; AccessToken=b", "", ";;=;"])
func cookie_isNotFound_whenSpacesStandAroundEquals(_ header: String) {
    #expect(Cookie.values(header)["ClientToken"] != "a")
}
