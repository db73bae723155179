// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Access

@Suite struct CodeTests {
    private func issuer(_ length: Int, seed: UInt64 = 7) -> CodeIssuer {
        CodeIssuer(length: length, generator: SeededGenerator(seed), mark: { "#" + $0 })
    }

    @Test(arguments: ["1234", "4321", "0000", "890123", "1212", "123123", "101101", "2101", "9876"])
    func code_isRefused_whenAStrangerWouldTryIt(_ code: String) {
        #expect(GuessableCode.isOne(code, rooms: ["101"]))
    }

    @Test(arguments: ["2580", "7391", "110293"])
    func code_isTaken_whenItIsNoPattern(_ code: String) { #expect(!GuessableCode.isOne(code, rooms: ["101"])) }

    @Test(arguments: 4...9)
    func code_hasTheLengthOfTheSetting(_ length: Int) throws {
        var issuer = issuer(length)
        let code = try issuer.draw(for: ["a"], constraints: [CodeConstraints()], rooms: [], at: World.start)
        #expect(code.count == length)
        #expect(code.allSatisfy { $0.isNumber })
    }

    @Test func code_obeysAllDoors() throws {
        var issuer = issuer(4)
        let nuki = CodeConstraints(lengths: 6...6, hasZero: false, forbiddenStarts: ["12"])
        for _ in 0..<500 {
            let code = try issuer.draw(for: ["a", "b"], constraints: [CodeConstraints(), nuki], rooms: [], at: World.start)
            #expect(code.count == 6 && !code.contains("0") && !code.hasPrefix("12"))
        }
        #expect(throws: NoCode.self) {
            try issuer.draw(
                for: ["a", "b"], constraints: [CodeConstraints(lengths: 4...4), nuki], rooms: [], at: World.start)
        }
    }

    @Test func code_doesNotComeAgainOnItsDoorWithin30Days() throws {
        var issuer = issuer(4)
        var seen: Set<String> = []
        for _ in 0..<3000 {
            let code = try issuer.draw(for: ["a"], constraints: [CodeConstraints()], rooms: [], at: World.start)
            #expect(seen.insert(code).inserted)
            issuer.remember(UsedCode(lock: "a", mark: "#" + code, at: World.start))
        }
        let used = try #require(seen.first)
        #expect(!issuer.isFree(used, on: ["a"], at: World.start.addingTimeInterval(29 * 86_400)))
        #expect(issuer.isFree(used, on: ["b"], at: World.start))
        #expect(issuer.isFree(used, on: ["a"], at: World.start.addingTimeInterval(31 * 86_400)))
    }

    @Test func doorsWithoutACommonLength_getACodeEach() {
        var world = SmallHotel.world()
        let views = SmallHotel.locks.map { name in
            LockView(
                name: name,
                traits: LockTraits(
                    slots: 1...9, keepsWindow: false, constraints: CodeConstraints(lengths: name == "entrance" ? 4...4 : 6...6)))
        }
        world.machine = AccessMachine(rules: world.rules, locks: views, issuer: CodeIssuer(mark: World.mark))
        world.connect(true)
        world.tell(SmallHotel.resources)
        world.tell(SmallHotel.stay())
        world.run(for: 60)
        #expect(world.codes(on: "entrance").first?.count == 4)
        #expect(world.codes(on: "door-101").first?.count == 6)
        #expect(world.machine.tokens(of: "s1", at: world.now).count == 2)
    }
}

@Suite struct LocalWindowTests {
    private func local(_ start: String, _ end: String, _ zone: String) throws -> LocalWindow {
        let format = ISO8601DateFormatter()
        let window = Window(start: try #require(format.date(from: start)), end: try #require(format.date(from: end)))
        return LocalWindow(window, in: try #require(TimeZone(identifier: zone)))
    }

    @Test func window_isWrittenInLocalTime() throws {
        let window = try local("2026-11-27T14:00:00Z", "2026-11-30T10:00:00Z", "Europe/Prague")
        #expect(window == (try local("2026-11-27T14:00:00Z", "2026-11-30T10:00:00Z", "Europe/Berlin")))
        #expect(window.from == "2026-11-27 15:00:00")
        #expect(window.until == "2026-11-30 11:00:00")
    }

    /// 02:30 comes twice on 25 October 2026: the end goes to 03:00, the start to just before 02:00, whichever of the two was meant.
    @Test(arguments: ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"])
    func doubledHour_isCoveredWhole(_ moment: String) throws {
        #expect(try local("2026-10-20T10:00:00Z", moment, "Europe/Prague").until == "2026-10-25 03:00:00")
        #expect(try local(moment, "2026-10-28T10:00:00Z", "Europe/Prague").from == "2026-10-25 01:59:59")
    }

    @Test func nightOfSpring_hasNoTimeThatDoesNotExist() throws {
        #expect(try local("2026-03-28T10:00:00Z", "2026-03-29T01:00:00Z", "Europe/Prague").until == "2026-03-29 03:00:00")
        #expect(try local("2026-03-29T00:59:59Z", "2026-03-30T01:00:00Z", "Europe/Prague").from == "2026-03-29 01:59:59")
    }

    @Test func southernClocks_goBackInApril() throws {
        #expect(try local("2026-04-01T00:00:00Z", "2026-04-04T15:30:00Z", "Australia/Sydney").until == "2026-04-05 03:00:00")
    }
}
