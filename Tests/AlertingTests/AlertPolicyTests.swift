// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

@testable import Alerting

/// What leaves the bridge and when, by figures.
struct AlertPolicyTests {
    private static let start = Date(timeIntervalSince1970: 1_796_000_000)
    private static let encoder = HealthProblem(.encoder, subject: "front-desk", "not there")
    private static let disk = HealthProblem(.disk, subject: "/var", "full")

    /// One line an alert: the minute, what, and since which minute.
    private func told(_ looks: [(minute: Double, problems: [HealthProblem])], patience: Double = 5) -> [String] {
        var policy = AlertPolicy(patience: patience * 60)
        return looks.flatMap { look in policy.look(look.problems, at: Self.start + look.minute * 60).map { Self.line($0, look.minute) } }
    }

    private static func line(_ alert: Alert, _ minute: Double) -> String {
        func text(_ date: Date) -> String { "\(Int(date.timeIntervalSince(start) / 60))" }
        let cleared = alert.cleared.map { " until \(text($0))" } ?? ""
        return "\(Int(minute)): \(alert.event.rawValue) \(alert.problem.identity) since \(text(alert.since))\(cleared)"
    }

    @Test func problem_isToldOnce_whenItStandsForThePatience_andItsEndWhenItIsAwayAsLong() {
        let encoder = [Self.encoder]
        #expect(
            told([(0, encoder), (4, encoder), (5, encoder), (6, encoder), (100, encoder), (101, []), (105, []), (106, []), (200, [])]) == [
                "5: stands encoder front-desk since 0", "106: over encoder front-desk since 0 until 101",
            ])
    }

    @Test func problem_isNotTold_whenItEndsBefore_orHasGaps() {
        let encoder = [Self.encoder]
        #expect(told([(0, encoder), (4, encoder), (4.5, []), (5, encoder), (9, encoder), (9.5, [])]) == [])
    }

    @Test func end_isNotTold_whenTheProblemIsBackAtOnce() {
        let encoder = [Self.encoder]
        #expect(
            told([(0, encoder), (5, encoder), (6, []), (8, encoder), (9, []), (13, encoder)]) == ["5: stands encoder front-desk since 0"])
    }

    @Test func reminder_comesAfterTwelveHours_notBefore() {
        let encoder = [Self.encoder]
        let looks = (0...(26 * 12)).map { (minute: Double($0) * 5, problems: encoder) }
        #expect(
            told(looks) == [
                "5: stands encoder front-desk since 0", "725: reminder encoder front-desk since 0",
                "1445: reminder encoder front-desk since 0",
            ])
    }

    /// A plug with a loose contact, all night: three messages and no more in twelve hours.
    @Test func comingAndGoing_isToldOnceMore_andItsEndWhenItWasQuietForTwelveHours() {
        var looks: [(minute: Double, problems: [HealthProblem])] = []
        for hour in 0..<10 {
            let minute = Double(hour) * 60
            looks += [(minute, [Self.encoder]), (minute + 10, [Self.encoder]), (minute + 11, []), (minute + 30, [])]
        }
        looks += [(700, []), (1200, []), (1271, []), (1300, [])]
        #expect(
            told(looks) == [
                "10: stands encoder front-desk since 0", "30: over encoder front-desk since 0 until 11",
                "70: returned encoder front-desk since 60", "1271: over encoder front-desk since 60 until 551",
            ])
    }

    @Test func problem_isNew_whenTwelveHoursHavePassed() {
        #expect(
            told([
                (0, [Self.encoder]), (5, [Self.encoder]), (6, []), (11, []), (800, []), (801, [Self.encoder]), (806, [Self.encoder]),
            ]) == [
                "5: stands encoder front-desk since 0", "11: over encoder front-desk since 0 until 6",
                "806: stands encoder front-desk since 801",
            ])
    }

    @Test func problems_areToldApart_andOtherFiguresAreNoNews() {
        var fuller = Self.disk
        fuller.sentence = "fuller"
        #expect(
            told([(0, [Self.disk]), (3, [Self.disk, Self.encoder]), (5, [fuller, Self.encoder]), (8, [fuller, Self.encoder])]) == [
                "5: stands disk /var since 0", "8: stands encoder front-desk since 3",
            ])
    }

    @Test func beginning_isWhatTheProblemSaysItself() {
        var old = Self.encoder
        old.since = Self.start - 600
        #expect(told([(0, [old]), (5, [old])]) == ["5: stands encoder front-desk since -10"])
    }

    @Test func troubleWithAlerts_leavesByNoAlert() {
        #expect(told([(0, [HealthProblem(.alerts, subject: "mail", "x")]), (10, [HealthProblem(.alerts, subject: "mail", "x")])]) == [])
    }

    @Test func patienceOfNothing_tellsAtOnce() {
        #expect(told([(0, [Self.encoder]), (1, [])], patience: 0).map { $0.prefix(9) } == ["0: stands", "1: over e"])
    }

    @Test func clockThatIsPutBack_doesNotKeepAProblemSilent() {
        #expect(told([(600, [Self.encoder]), (0, [Self.encoder]), (5, [Self.encoder])]) == ["5: stands encoder front-desk since 600"])
    }

    @Test func clockThatIsPutBack_keepsNoReminder_noReturn_andNoNewBeginningBack() {
        let encoder = [Self.encoder]
        let before: [(minute: Double, problems: [HealthProblem])] = [(9000, encoder), (9005, encoder)]
        #expect(
            told(before + [(0, encoder), (719, encoder), (720, encoder)]) == [
                "9005: stands encoder front-desk since 9000", "720: reminder encoder front-desk since 9000",
            ])
        let over = before + [(9006, []), (9011, [])]
        #expect(
            told(over + [(0, encoder), (5, encoder)]).dropFirst() == [
                "9011: over encoder front-desk since 9000 until 9006", "5: returned encoder front-desk since 0",
            ])
        #expect(
            told(over + [(0, []), (720, []), (721, encoder), (726, encoder)]).last == "726: stands encoder front-desk since 721")
    }

    @Test func clockThatIsPutBack_tellsNothingTwice() {
        let encoder = [Self.encoder]
        // Told in the first hour by a clock that was ahead; it goes away by the right one.
        #expect(
            told([(600, encoder), (605, encoder), (0, encoder), (1, encoder), (10, encoder), (11, []), (16, [])]) == [
                "605: stands encoder front-desk since 600", "16: over encoder front-desk since 600 until 11",
            ])
    }

    @Test func nextLook_isWhenSomethingCanBeTold() {
        var policy = AlertPolicy(patience: 300)
        #expect(policy.next() == nil)
        _ = policy.look([Self.encoder], at: Self.start)
        #expect(policy.next() == Self.start + 300)
        _ = policy.look([Self.encoder], at: Self.start + 300)
        #expect(policy.next() == Self.start + 300 + AlertPolicy.pause)
        _ = policy.look([], at: Self.start + 400)
        #expect(policy.next() == Self.start + 700)
        _ = policy.look([], at: Self.start + 700)
        #expect(policy.next() == nil)
    }

    @Test func restart_tellsNothingTwice_andTheEndAll() throws {
        var before = AlertPolicy(patience: 300)
        _ = before.look([Self.encoder, Self.disk], at: Self.start)
        _ = before.look([Self.encoder], at: Self.start + 300)
        let kept = try JSONDecoder().decode(AlertPolicy.self, from: JSONEncoder().encode(before.told))
        var after = AlertPolicy(patience: 60)
        after.resume(kept)
        #expect(after.look([Self.encoder], at: Self.start + 1000).isEmpty)
        _ = after.look([], at: Self.start + 1100)
        #expect(after.look([], at: Self.start + 1160).map(\.event) == [.over])
    }
}
