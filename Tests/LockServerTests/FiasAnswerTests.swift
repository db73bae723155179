// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import Testing

@testable import LockServer

private let german = Words(.german)

private func said(_ answer: FiasAnswer, _ words: Words = .english) -> String {
    [answer.status.rawValue, answer.text?.line(words)].compactMap(\.self).joined(separator: " ")
}

/// What a lock system behind the bridge said, as the driver hands it on.
private func refused(_ detail: String) -> Fault {
    Fault(.rejected(reason: "the lock system denies this key: whatever it said"), detail: detail)
}

@Suite struct FiasAnswerTests {
    /// Never OK for a card that is not known to be good, whatever the fault; and every text is short and plain.
    @Test(arguments: FaultKind.examples) func everyFault_hasAnAnswer(kind: FaultKind) {
        for card in CardKnowledge.allCases {
            let answer = FiasAnswer(KeyOutcome(Fault(kind, card: card)), on: "front-desk")
            #expect(answer.status != .ok)
            for language in Language.allCases { #expect(answer.text?.line(Words(language)).isEmpty == false) }
            if card != .untouched { #expect(said(answer) == "RY Check the card before use") }
        }
    }

    @Test func outcomes_areMappedAsTheTableSays() {
        func answer(_ kind: FaultKind) -> FiasAnswerStatus { FiasAnswer(.failed(Fault(kind)), on: "desk").status }
        #expect(answer(.busy) == .busy)
        #expect(answer(.noCard) == .retry)
        #expect(answer(.unsupportedCard) == .retry)
        #expect(answer(.offline) == .unable)
        #expect(answer(.rejected(reason: "no such room")) == .unable)
        #expect(FiasAnswer(.made([]), on: "desk").status == .ok)
        #expect(FiasAnswer(.inDoubt, on: "desk").status == .retry)
    }

    /// Whole, within CT, and in the letters that go over the line.
    @Test(arguments: Language.allCases) func everySentence_fitsIntoCT(language: Language) {
        let words = Words(language)
        for key in WordKey.allCases where key.rawValue.hasPrefix("answer.") {
            for (place, value) in ["{encoder}": "front-desk1", "{until}": "30.11. 11:00", "{count}": "30"] {
                guard words(key).contains(place) || !words(key).contains("{") else { continue }
                let whole = words(key, ["encoder": value, "until": value, "count": value])
                let line = FiasText.words(key, value).line(words)
                #expect(line.count <= FiasText.longest && line.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "\(language) \(line)")
                #expect(line == ShortText.ascii(whole, longest: .max, in: language), "\(language) \(key.rawValue): cut")
            }
        }
    }

    @Test func longName_isCut_andNotTheSentence() {
        let answer = FiasAnswer(.busy, .answerBusy, "the encoder behind the second desk on the left")
        #expect(said(answer) == "BY the encoder behind th is busy, try again")
        #expect(said(FiasAnswer(.busy, .answerBusy, "bar"), german) == "BY bar ist belegt, neu versuchen")
    }

    @Test func clerk_readsTheHotelsLanguage() {
        #expect(said(FiasAnswer(.inDoubt, on: "desk"), german) == "RY Karte vor Gebrauch kontrollieren")
        #expect(said(FiasAnswer(.failed(Fault(.notWritable)), on: "desk"), german) == "RY Andere Karte nehmen, neu versuchen")
        // An umlaut has two letters where it has no dots.
        #expect(FiasText.words(.answerNoKeyType).line(german) == "Schluesselart (KT) fehlt oder unbekannt")
    }

    /// A lock system's refusal goes on with its own AS and its own words.
    @Test(arguments: [
        ("ASDN: Room locked", "DN Room locked"), ("ASNG: Guest not in house", "NG Guest not in house"), ("ASUR: bad room", "UR bad room"),
        ("ASDN", "DN The lock system denies this"), ("ASNG", "NG The lock system does not know the guest"),
        ("ASNA", "NA The lock system is in its night audit"), ("ASNF", "NF Not set up in the lock system"),
        ("ASIA", "IA Reservation unknown to the lock system"), ("ASDN:  ", "DN The lock system denies this"),
        // Not in these words: what follows is the rule for all.
        ("ASUR", "UR Not possible here: call the technician"), ("ASXX: a", "UR Not possible here: call the technician"),
        ("ASDNx", "UR Not possible here: call the technician"),
    ])
    func refusalOfALockSystem_goesOnInItsOwnWords(detail: String, answer: String) {
        #expect(said(FiasAnswer(refused(detail), on: "desk")) == answer)
        #expect(said(FiasAnswer(notice: refused(detail), to: "desk")) == answer)
    }

    @Test func lockSystemThatSaysTryAgain_isQuoted_butNotForACardThatMayBeWritten() {
        #expect(said(FiasAnswer(Fault(.timeout, detail: "ASRY: Door is open"), on: "desk")) == "RY Door is open")
        let doubt = Fault(.timeout, card: .unknown, detail: "ASRY: Door is open")
        #expect(said(FiasAnswer(doubt, on: "desk")) == "RY Check the card before use")
        #expect(said(FiasAnswer(notice: Fault(.timeout, detail: "ASNR"), to: "desk")) == "RY The lock system did not say, try again")
    }

    /// A driver's reason is English; half of one helps nobody.
    @Test func reason_isSaidWhereItFitsAndCanBeRead() {
        let short = Fault(.rejected(reason: "the lock system does not know room 101"), cause: .unknownRoom)
        #expect(said(FiasAnswer(short, on: "desk")) == "UR the lock system does not know room 101")
        #expect(said(FiasAnswer(short, on: "desk"), german) == "UR Schliesssystem kennt das Zimmer nicht")
        let long = Fault(.rejected(reason: "this reason has forty-four letters, too many"))
        #expect(said(FiasAnswer(long, on: "desk")) == "UR Not possible here: call the technician")
    }
}
