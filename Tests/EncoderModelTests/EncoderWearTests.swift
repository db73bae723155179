// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import EncoderModel

/// When an encoder is said to wear out.
struct EncoderWearTests {
    private static let now = Date(timeIntervalSince1970: 1_796_000_000)
    private static let desk = EncoderName("front-desk")

    private func day(_ ago: Int, _ keys: Int, _ secondTries: Int, _ encoder: EncoderName = desk) -> WearDay {
        let today = (Self.now.timeIntervalSince1970 / 86_400).rounded(.down) * 86_400
        return WearDay(
            encoder: encoder, day: Date(timeIntervalSince1970: today - Double(ago) * 86_400), keys: keys, secondTries: secondTries)
    }

    private func said(_ days: [WearDay]) -> [String] {
        EncoderWear(days, now: Self.now).problems(of: [Self.desk, EncoderName("bar")]).map {
            "\($0.subject): \($0.sentence.prefix { $0 != ":" })"
        }
    }

    @Test func week_isAddedUp_andSaidFromThreeOfAHundredOn() {
        #expect(said([day(0, 40, 1), day(3, 30, 1), day(6, 30, 1)]) == ["front-desk: 3 of 100 keys needed a second try this week"])
        #expect(said([day(0, 50, 1), day(3, 30, 1), day(6, 30, 1)]) == [])
        #expect(said([day(0, 300, 8)]) == [] && said([day(0, 300, 9)]).count == 1)
    }

    @Test func fewerThanThree_areABadCard() {
        #expect(said([day(0, 2, 2)]) == [])
        #expect(said([day(0, 3, 3)]) == ["front-desk: 3 of 3 keys needed a second try this week"])
    }

    @Test func whatWasBefore_isForgotten_andTomorrowIsNotYet() {
        #expect(said([day(8, 10, 10), day(0, 50, 0)]) == [])
        #expect(said([day(-1, 10, 10)]) == [])
    }

    @Test func encoders_areLookedAtApart_andThoseOfTheConfigurationOnly() {
        #expect(
            said([day(0, 10, 5, EncoderName("bar")), day(0, 100, 0), day(0, 10, 10, EncoderName("gone"))]) == [
                "bar: 5 of 10 keys needed a second try this week"
            ])
    }

    @Test func wear_isNoClerksTrouble() {
        let problems = EncoderWear([day(0, 10, 5)], now: Self.now).problems(of: [Self.desk])
        #expect(problems.map(\.weight) == [.note] && Health(problems: problems).isWell)
    }

    /// What a lock system answers late or unclearly says nothing of the encoder that hangs on it.
    @Test func faults_thatPeopleOrALockSystemMake_areNoWear() {
        func wear(_ kind: EncoderKind) -> Set<String> { Set(FaultKind.examples.filter { $0.speaksOfWear(on: kind) }.map(\.code)) }
        #expect(wear(.raw) == ["notWritable", "verifyFailed", "malformedReply", "timeout"])
        #expect(wear(.lockMaker) == ["notWritable", "verifyFailed"])
    }
}
