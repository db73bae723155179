// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Testing

@testable import CloudConnector

@Suite struct OutgoingReportsTests {
    private let job = JobID.random()
    private let sick = MewsProblem(kind: .doubtful(nil), sentence: "500")
    private let away = MewsProblem(kind: .later(nil), sentence: "no route")

    private func report(_ sequence: Int64, _ id: String, _ kind: Report.Kind, progress: Double? = nil) -> Report {
        Report(sequence: sequence, jobID: job, origin: .mews, externalID: id, kind: kind, progress: progress)
    }

    private func outgoing(_ reports: [Report], inDoubt: Bool = false) -> OutgoingReports {
        var outgoing = OutgoingReports(backoff: JitteredBackoff())
        outgoing.add(reports, inDoubt: inDoubt, at: .zero)
        return outgoing
    }

    /// Sends what comes next; the answer is a success or the problem.
    @discardableResult
    private func send(_ outgoing: inout OutgoingReports, at now: Duration = .zero, problem: MewsProblem? = nil) -> Report? {
        guard case .deliver(let id) = outgoing.next(at: now), var (report, delivery) = outgoing.delivery(of: id) else { return nil }
        if delivery.step == .send {
            let outcome = delivery.sent(problem, of: CommandUpdate(report).state, random: 1)
            _ = outgoing.came(outcome, delivery, of: id, problem, at: now)
        }
        if case .mark(let note) = delivery.step { _ = outgoing.finished(report, wasTaken: note == nil) }
        report.text = nil
        return report
    }

    @Test func endings_goFirst_theNewestAtTheHead_andNewsInOrder() {
        var outgoing = outgoing([
            report(1, "a", .received), report(2, "b", .received), report(3, "c", .received), report(4, "b", .failed),
            report(5, "c", .processed),
        ])
        #expect((0..<3).compactMap { _ in send(&outgoing)?.sequence } == [5, 4, 1])
        #expect(outgoing.next(at: .zero) == .nothing)
    }

    @Test func overtakenReports_comeBackWithTheOneThatOvertookThem() {
        var outgoing = outgoing([report(1, "a", .received), report(2, "a", .processing, progress: 0), report(3, "a", .processed)])
        #expect(outgoing.delivery(of: "a")?.report.sequence == 3)
        #expect(outgoing.finished(report(3, "a", .processed), wasTaken: true).map(\.sequence) == [1, 2])
        #expect(outgoing.lanes.isEmpty)
    }

    @Test func everyStepIsTold_whereMewsWantsItSo() {
        var outgoing = outgoing([report(1, "a", .received), report(2, "a", .processing, progress: 0), report(3, "a", .processed)])
        var delivery = Delivery(inDoubt: false, backoff: JitteredBackoff())
        _ = delivery.sent(MewsProblem(kind: .refused(status: 400), sentence: "Invalid State"), of: .processed, random: 0)
        let outcome = delivery.read(.success(.pending), for: .processed, hasSteps: outgoing.hasSteps("a"), random: 0)
        #expect(delivery.step == .stepByStep)
        _ = outgoing.came(outcome, delivery, of: "a", nil, at: .zero)
        #expect((0..<3).compactMap { _ in send(&outgoing)?.sequence } == [1, 2, 3])
    }

    @Test func oneCommandsTrouble_isItsOwn() {
        var outgoing = outgoing([report(1, "a", .processed), report(2, "b", .processed), report(3, "sick", .processed)])
        #expect(send(&outgoing, problem: sick)?.externalID == "sick")
        #expect(send(&outgoing)?.externalID == "b" && send(&outgoing)?.externalID == "a")
        #expect(outgoing.next(at: .zero) == .wait(until: .seconds(1)))
        #expect(outgoing.next(at: .seconds(1)) == .deliver("sick"))
    }

    @Test func everythingWaits_whenSeveralFailInARow_orMewsIsAway() {
        var several = outgoing([report(1, "a", .processed), report(2, "b", .processed), report(3, "c", .processed)])
        send(&several, problem: sick)
        send(&several, problem: sick)
        #expect(several.next(at: .zero) == .wait(until: .milliseconds(500)))
        var one = outgoing([report(1, "a", .processed), report(2, "b", .processed)])
        send(&one, problem: away)
        #expect(one.next(at: .zero) == .wait(until: .seconds(1)))
        one.release()
        #expect(one.next(at: .zero) == .deliver("b"))
    }

    @Test func sameProgress_isToldOnce() {
        var outgoing = outgoing([report(1, "a", .processing, progress: 0)])
        send(&outgoing)
        outgoing.add([report(2, "a", .processing, progress: 0)], inDoubt: false, at: .zero)
        #expect(outgoing.delivery(of: "a")?.delivery.step == .mark(note: nil))
        outgoing.add([report(3, "a", .processing, progress: 0.5)], inDoubt: false, at: .zero)
        #expect(outgoing.delivery(of: "a")?.delivery.step == .send)
    }

    @Test func whatAnEarlierRunLeft_isReadInOneRequest() {
        var outgoing = outgoing((1...150).map { report($0, "c\($0)", .processed) }, inDoubt: true)
        guard case .readBack(let ids) = outgoing.next(at: .zero) else {
            Issue.record("\(outgoing.next(at: .zero))")
            return
        }
        #expect(ids.count == OutgoingReports.largestBatch && ids.first == "c150")
        outgoing.readBackFailed(ids, MewsProblem(kind: .refused(status: 400), sentence: "Invalid CommandIds"), at: .zero, random: 0)
        guard case .readBack(let fewer) = outgoing.next(at: .zero) else {
            Issue.record("\(outgoing.next(at: .zero))")
            return
        }
        #expect(fewer.count == 50)
        outgoing.readBack(fewer, ["c150": .processed, "c149": .processing])
        #expect(outgoing.delivery(of: "c150")?.delivery.step == .mark(note: nil))
        #expect(outgoing.delivery(of: "c149")?.delivery.step == .send)
    }

    /// What an earlier run left is read, whatever Mews says to one of them.
    @Test(arguments: [
        MewsProblem.Kind.doubtful(nil), .foreign(nil), .tooMuch, .doubtful(.seconds(9)), .refused(status: 400),
    ])
    func commandThatCannotBeRead_holdsNoOther(kind: MewsProblem.Kind) {
        for bad in ["c1", "c75", "c150"] {
            var outgoing = outgoing((1...150).map { report($0, "c\($0)", .processed) }, inDoubt: true)
            let problem = MewsProblem(kind: kind, sentence: "x")
            var now = Duration.zero
            var read: Set<String> = []
            for _ in 0..<250 {
                switch outgoing.next(at: now) {
                case .readBack(let ids) where ids.contains(bad):
                    outgoing.readBackFailed(ids, problem, at: now, random: 1)
                case .readBack(let ids):
                    read.formUnion(ids)
                    outgoing.readBack(ids, Dictionary(uniqueKeysWithValues: ids.map { ($0, CommandState.pending) }))
                case .wait(let until): now = until
                case .deliver: send(&outgoing, at: now)
                case .nothing: break
                }
            }
            #expect(read.count == 149 && !read.contains(bad), "\(bad)")
            #expect(outgoing.lanes.keys.sorted() == (kind == .refused(status: 400) ? [] : [bad]))
        }
    }

    @Test func commandThatFailedAlone_isReadAlone_andNewReportsGoOutMeanwhile() {
        var outgoing = outgoing((1...3).map { report($0, "c\($0)", .processed) }, inDoubt: true)
        #expect(outgoing.next(at: .zero) == .readBack(["c3", "c2", "c1"]))
        outgoing.readBackFailed(["c3", "c2", "c1"], sick, at: .zero, random: 1)
        #expect(outgoing.next(at: .zero) == .wait(until: .seconds(1)))
        outgoing.add([report(4, "new", .processed)], inDoubt: false, at: .zero)
        #expect(send(&outgoing)?.externalID == "new")
        #expect(outgoing.next(at: .seconds(1)) == .readBack(["c3"]))
        outgoing.readBackFailed(["c3"], sick, at: .seconds(1), random: 1)
        #expect(outgoing.next(at: .seconds(1)) == .readBack(["c2"]), "only that one waits")
        outgoing.readBack(["c2"], ["c2": .processed])
        #expect(outgoing.next(at: .seconds(1)) == .deliver("c2"))
        #expect(send(&outgoing, at: .seconds(1))?.externalID == "c2")
        #expect(outgoing.next(at: .seconds(2)) == .readBack(["c3"]), "not with c1")
    }

    @Test func everythingWaits_whenNoBatchCanBeRead_becauseMewsIsAway() {
        var outgoing = outgoing((1...3).map { report($0, "c\($0)", .processed) }, inDoubt: true)
        outgoing.readBackFailed(["c3", "c2", "c1"], away, at: .zero, random: 1)
        #expect(outgoing.next(at: .zero) == .wait(until: .seconds(1)))
        #expect(outgoing.next(at: .seconds(1)) == .readBack(["c3", "c2", "c1"]), "as many as before")
    }

    @Test func nothingIsTold_ofACommandThatMewsHasClosedItself() {
        var outgoing = outgoing([report(1, "a", .cancelled), report(2, "b", .processed)])
        outgoing.learn("a", .cancelled)
        outgoing.learn("b", .cancelled)
        #expect(outgoing.delivery(of: "a")?.delivery.step == .mark(note: nil))
        #expect(
            outgoing.delivery(of: "b")?.delivery.step
                == .mark(note: "Mews had closed the command as Cancelled before it heard of Processed"))
    }
}
