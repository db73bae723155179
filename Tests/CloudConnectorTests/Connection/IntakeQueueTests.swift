// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import CloudConnector

@Suite struct IntakeQueueTests {
    private func hints(_ range: Range<Int>) -> [CommandHint] { range.map { CommandHint(id: "\($0)", state: .pending) } }

    private func ids(_ step: IntakeQueue.Step?) -> [String]? {
        guard case .fetch(let hints)? = step else { return nil }
        return hints.map(\.id)
    }

    @Test func ids_gatherIntoOneBatch_whileARequestRuns() {
        var queue = IntakeQueue()
        queue.want(hints(0..<1))
        #expect(ids(queue.next()) == ["0"])
        queue.want(hints(1..<3))
        queue.want(hints(2..<4))
        #expect(queue.next() == nil)
        queue.done()
        #expect(ids(queue.next()) == ["1", "2", "3"])
    }

    @Test func duplicates_areAskedForOnce_andAFinalStateIsNotForgotten() {
        var queue = IntakeQueue()
        queue.want([.init(id: "a", state: .pending), .init(id: "a", state: .cancelled), .init(id: "a", state: .processing)])
        #expect(queue.next() == .fetch([CommandHint(id: "a", state: .cancelled)]))
    }

    @Test func batches_areBounded() {
        var queue = IntakeQueue()
        queue.want(hints(0..<250))
        var sizes: [Int?] = []
        while let step = queue.next() {
            sizes.append(ids(step)?.count)
            queue.done()
        }
        #expect(sizes == [100, 100, 50])
    }

    @Test func everythingIsReadAnew_whenTooManyIdsWait() {
        var queue = IntakeQueue()
        queue.want(hints(0..<2001))
        #expect(queue.next() == .catchUp)
        queue.done()
        #expect(queue.next() == nil)
    }

    @Test func oneBadId_isDropped_withoutTheOthers() {
        var queue = IntakeQueue()
        queue.want(hints(0..<5))
        var asked: Set<String> = []
        for _ in 0..<40 {
            guard let step = queue.next(), let batch = ids(step) else { break }
            if batch.contains("3") {
                if queue.failed(MewsProblem(kind: .refused(status: 400), sentence: "Invalid CommandIds")) { queue.rested() }
            } else {
                asked.formUnion(batch)
                queue.done()
            }
        }
        #expect(asked == ["0", "1", "2", "4"])
        #expect(queue.next() == nil)
    }

    /// Mews has a fault of its own with one command, or takes it for another thing.
    @Test(arguments: [MewsProblem.Kind.doubtful(nil), .foreign(nil), .tooMuch])
    func idThatCannotBeRead_holdsNoOther_andIsLeftToTheNet(kind: MewsProblem.Kind) {
        var queue = IntakeQueue()
        var (asked, tries): (Set<String>, Int) = ([], 0)
        func work() {
            for _ in 0..<20 {
                guard let batch = ids(queue.next()) else { break }
                if batch.contains("0") {
                    tries += 1
                    if queue.failed(MewsProblem(kind: kind, sentence: "x")) { queue.rested() }
                } else {
                    asked.formUnion(batch)
                    queue.done()
                }
            }
        }
        queue.want(hints(0..<1))
        work()
        #expect(tries == 20, "it may be Mews that is ill")
        queue.want(hints(1..<6))
        work()
        #expect(asked == ["1", "2", "3", "4", "5"])
        #expect(tries == 21 && queue.next() == nil, "Mews is well: it is this one")
        queue.want(hints(0..<6))
        work()
        #expect(tries == 25 && queue.next() == nil, "six, three, one, and once more behind the others")
    }

    @Test(arguments: [MewsProblem.Kind.later(nil), .doubtful(nil), .tooMuch, .noSuchAddress])
    func nothingIsLost_whenARequestFails(kind: MewsProblem.Kind) {
        var queue = IntakeQueue()
        queue.wantCatchUp()
        #expect(queue.next() == .catchUp)
        queue.want(hints(0..<3))
        let mustRest = queue.failed(MewsProblem(kind: kind, sentence: "x"))
        #expect(mustRest && queue.next() == nil && queue.failures == 1)
        queue.rested()
        #expect(queue.next() == .catchUp)
        queue.done()
        #expect(ids(queue.next()) == ["0", "1", "2"])
    }

    @Test func batch_isHalved_whenMewsTakesTooLong() {
        var queue = IntakeQueue()
        queue.want(hints(0..<8))
        _ = queue.next()
        _ = queue.failed(MewsProblem(kind: .tooMuch, sentence: "408"))
        queue.rested()
        #expect(ids(queue.next()) == ["0", "1", "2", "3"])
    }
}
