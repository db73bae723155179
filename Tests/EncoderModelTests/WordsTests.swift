// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import EncoderModel

/// Every language against the English table.
@Suite struct WordsTests {
    /// What fits into a line of a PMS' list and into two lines of a phone.
    private static let longest = 170
    private static let jargon = [
        "checksum", "baud", "tty", "driver", "usb", "pc/sc", "firmware", "protocol", "timeout", "port", "json", "http", "layout", "yaml",
        "config", "block", "parity", "socket",
    ]

    @Test(arguments: Language.allCases) func language_isComplete(language: Language) {
        #expect(Words(language).strangeKeys.isEmpty)
    }

    @Test(arguments: Language.allCases) func sentences_areShortAndFreeOfTechniciansWords(language: Language) {
        let words = Words(language)
        for key in WordKey.allCases {
            let text = words(key)
            #expect(!text.isEmpty && text.count <= Self.longest, "\(language) \(key.rawValue): \(text.count)")
            let parts = Set(text.lowercased().split { !($0.isLetter || $0 == "/") }.map(String.init))
            for word in Self.jargon { #expect(!parts.contains(word), "\(language) \(key.rawValue): \(word)") }
            #expect(PlainText.clean(text) == text, "\(language) \(key.rawValue)")
        }
    }

    @Test(arguments: Language.allCases) func sentences_haveThePlacesOfTheEnglishOnes(language: Language) {
        func places(_ text: String) -> Set<Substring> {
            Set(text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { $0.split(separator: "}").first })
        }
        for key in WordKey.allCases { #expect(places(Words(language)(key)) == places(Words.english(key)), "\(language) \(key.rawValue)") }
    }

    @Test(arguments: Language.allCases, Deed.allCases)
    func advice_leavesNoPlaceOpenAndSpeaksOfTheCard_whenItIsUnknown(language: Language, deed: Deed) {
        let words = Words(language)
        for kind in FaultKind.examples {
            for gesture in CardGesture.allCases {
                let plain = words.advice(for: Fault(kind), deed: deed, gesture: gesture, rooms: ["101"])
                let doubt = words.advice(for: Fault(kind, card: .unknown), deed: deed, gesture: gesture, rooms: ["101"])
                #expect(!plain.contains("{") && !doubt.contains("{"), "\(plain) \(doubt)")
                #expect(doubt != plain || kind == .interrupted, "\(language) \(kind.code)")
            }
        }
    }

    @Test func advice_namesTheDeed_whenNoKeyWasCut() {
        let read = Words.english.advice(for: Fault(.noCard), deed: .read)
        #expect(read == "Put a card on the encoder and read the card again.")
        #expect(Words.english.advice(for: Fault(.notWritable), deed: .erase).hasSuffix("and erase the card again."))
    }

    /// A read makes no key, and none is to be cut again for it.
    @Test(arguments: CardGesture.allCases) func timeout_speaksOfNoKey_whenACardWasRead(gesture: CardGesture) {
        let read = Words.english.advice(for: Fault(.timeout), deed: .read, gesture: gesture)
        #expect(!read.lowercased().contains("key") && read.contains("read the card again"), "\(read)")
    }

    @Test(arguments: Language.allCases) func remark_leavesNoPlaceOpen(language: Language) {
        let remarks: [Remark] = [
            .usedCard, .keyLeftBehind, .notChecked(copy: 2), .endsLater(given: "12:00", asked: "11:30", .wholeHours),
            .endsLater(given: "03:00", asked: "02:30", .clocksPutBack), .doorsLeftOut(taken: ["101", "Pool"], left: ["Garage"]),
        ]
        for remark in remarks {
            let text = Words(language)(remark)
            #expect(!text.contains("{"), "\(text)")
            #expect(language == .english || text != Words.english(remark))
        }
    }

    @Test func advice_speaksOfSwiping_atASwipeReader() {
        for kind in [FaultKind.noCard, .cardRemovedEarly, .timeout] {
            #expect(Words.english.advice(for: Fault(kind), gesture: .swipe).lowercased().contains("swipe"))
        }
    }

    @Test func refusal_namesTheRoomAndWhomToCall_andKeepsItsReasonForTheTechnician() {
        let fault = Fault(.rejected(reason: "in the card layout door, block 4, the field lock must be digits only"))
        #expect(fault.worded(.english, rooms: ["101A"]).advice == "The key for room 101A was not made: call the technician.")
        #expect(fault.kind.technicianAdvice.contains("block 4"))
    }

    @Test func fault_keepsItsSentence_throughTheJournal() throws {
        let fault = Fault(.noCard, card: .unknown, detail: "EP").worded(Words(.german), rooms: ["101"])
        let back = try JSONDecoder().decode(Fault.self, from: JSONEncoder().encode(fault))
        #expect(back == fault && back.advice == fault.advice)
    }

    @Test func text_isCleaned_ofWhatWouldMoveTheCursorOrTurnTheSentence() {
        #expect(PlainText.clean("a\u{1B}[31mb\u{202E}c\u{200B}d\te") == "a<1B>[31mb<202E>c<200B>d e")
        #expect(PlainText.clean("a\nb") == "a b" && PlainText.clean("a\nb", keepingLines: true) == "a\nb")
        #expect(PlainText.clean("Žluťoučký 東京 قلعة") == "Žluťoučký 東京 قلعة")
    }

    @Test func jobID_isARandomUUID() {
        let id = JobID.random().text
        #expect(UUID(uuidString: id)?.uuidString.lowercased() == id && id != JobID.random().text)
        #expect(Array(id)[14] == "4" && "89ab".contains(Array(id)[19]))
    }
}
