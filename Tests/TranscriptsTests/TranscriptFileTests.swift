// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Foundation
import TestKit
import Testing
import Transcripts

@Suite struct TranscriptFileTests {
    private let file = """
        # title: One
        # driver: x
        # settings: encoder=1, product=onity
        # detail: EP
        # no header
        > 05 ; 0.000 s  ENQ
        ~ the card is put on
        < 06
        ~ silence

        # title: Two
        # settings:
        > 15 02 b3
        ~ gone
        """

    @Test func read_keepsHeadersUntilTheyAreTakenBack() throws {
        let dialogues = try Transcript.read(file, file: "f")
        #expect(dialogues.map(\.steps) == [[.sent([5]), .received([6]), .silence], [.sent([0x15, 2, 0xB3]), .gone]])
        #expect(dialogues[0].settings == ["encoder": "1", "product": "onity"])
        #expect(dialogues[0].asides == [1: ["the card is put on"]])
        #expect(dialogues[0].times == [0: .zero])
        #expect(dialogues[1].headers == ["title": "Two", "driver": "x"])
    }

    @Test func text_isReadBackAsTheSame() throws {
        let dialogues = try Transcript.read(file, file: "f")
        #expect(try Transcript.read(Transcript.text(of: dialogues), file: "f") == dialogues)
    }

    @Test func text_isReadBackAsTheSame_forEveryTranscriptThatWeKeep() throws {
        let dialogues = try Transcript.all(ofDriver: "industry-standard")
        let again = try Transcript.read(Transcript.text(of: dialogues), file: "again")
        #expect(again.map(\.steps) == dialogues.map(\.steps))
        #expect(again.map(\.headers) == dialogues.map(\.headers))
    }

    @Test func text_isReadBackAsTheSame_whateverIsInIt() throws {
        for seed in 0..<300 {
            var random = SeededRandom(seed: UInt64(seed))
            let dialogues = (0..<Int.random(in: 1...4, using: &random)).map { _ in Self.dialogue(&random) }
            let text = Transcript.text(of: dialogues)
            #expect(try Transcript.read(text, file: "f") == dialogues, "seed \(seed)\n\(text)")
        }
    }

    @Test func text_holdsALineTogether_whenAHeaderHasSeveral() throws {
        let dialogue = Transcript(file: "f", headers: ["title": "a\nb\r\n> 05"], steps: [.sent([5])])
        let again = try Transcript.read(Transcript.text(of: [dialogue]), file: "f")
        #expect(again.map(\.steps) == [[.sent([5])]])
        #expect(again.first?.headers["title"] == "a b > 05")
    }

    @Test(arguments: [
        ("# title: x\n> 05\nACK", 3), ("> 0", 1), ("> 005", 1), ("> +5", 1), ("> 05,06", 1), ("<", 1), ("> ; ENQ", 1), ("\n\n< 5g", 3),
        ("> \u{FF10}\u{FF15}", 1), ("# a: b\n< " + String(repeating: "00 ", count: 30_000), 2),
    ])
    func read_namesTheLine_whenItIsBroken(text: String, line: Int) {
        let fault = #expect(throws: TranscriptFault.self) { try Transcript.read(text, file: "broken.txt") }
        #expect(fault?.line == line)
        #expect(fault?.description.hasPrefix("broken.txt:\(line): ") == true)
    }

    @Test func read_neverCrashes_onDamagedFiles() throws {
        let whole = Array(Transcript.text(of: try Transcript.all(ofDriver: "industry-standard")).utf8.prefix(4000))
        for seed in 0..<500 {
            var random = SeededRandom(seed: UInt64(seed))
            var bytes = whole
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[place] = .random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(.random(in: 0...255, using: &random), at: place)
                }
            }
            let dialogues = (try? Transcript.read(String(decoding: bytes, as: UTF8.self), file: "f")) ?? []
            for dialogue in dialogues { _ = try? dialogue.task() }
        }
    }

    @Test(arguments: [
        ("", "the dialogue has no header 'task'"), ("fly", "there is no task 'fly'"), ("cut", "needs a header 'timeZone'"),
        ("write", "the header 'order' is no key order"),
    ])
    func task_saysWhatIsMissing(task: String, sentence: String) {
        let fault = #expect(throws: TranscriptFault.self) { try Transcript(headers: ["task": task]).task() }
        #expect(fault?.reason.contains(sentence) == true, "\(fault?.reason ?? "")")
    }

    @Test func umockdevScript_escapesAsItsFormatSays() {
        var transcript = Transcript(
            headers: ["title": "t"], steps: [.sent([0x05, 0x41]), .silence, .received([0x5E, 0x20, 0xB3]), .gone])
        transcript.times = [0: .zero, 2: .milliseconds(150)]
        let expected = Array("# t\nw 0 ^EA\n# silence\nr 150 ^`^`".utf8) + [0xB3] + Array("\nQ 0 -\n".utf8)
        #expect(UmockdevScript.bytes(of: transcript) == expected)
    }

    private static func dialogue(_ random: inout SeededRandom) -> Transcript {
        let names = ["title", "driver", "settings", "evidence", "detail", "note", "order", "odd one", "outcome"]
        var dialogue = Transcript(file: "f", headers: ["title": "t\(Int.random(in: 0...9, using: &random))"])
        for name in names where Bool.random(using: &random) {
            dialogue.headers[name] = ["x: y", "{\"a\":1}", "ž ; # >", "~ silence"].randomElement(using: &random)
        }
        for index in 0..<Int.random(in: 1...6, using: &random) {
            let bytes = (0..<Int.random(in: 1...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            if Int.random(in: 0...3, using: &random) == 0 { dialogue.asides[index] = ["a card", "another"] }
            switch Int.random(in: 0...5, using: &random) {
            case 0: dialogue.steps.append(.silence)
            case 1: dialogue.steps.append(.gone)
            case 2, 3: dialogue.steps.append(.sent(bytes))
            default:
                dialogue.steps.append(.received(bytes))
                dialogue.times[index] = .milliseconds(Int.random(in: 0...100_000, using: &random))
            }
        }
        return dialogue
    }
}
