// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Logging

/// Tells the log what `status` tells: each problem once when it comes, and once when it is over. Looks when something happens or somebody
/// asks for it, never by a clock of its own: a bridge where nothing happens does not wake up.
public struct HealthLog: Sendable {
    private let hub: EventHub
    private let time: Timekeeper
    private let logger: Logger
    private let problems: @Sendable () async -> [HealthProblem]
    /// One wish for a look stands for all that come while the last look is fresh: nothing that happens then is lost.
    private let wishes = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    /// Sessions, connectors and the reading of the configuration log their own.
    private static let toldElsewhere: Set<HealthProblem.Area> = [.encoder, .connector, .configuration]
    /// Between two looks.
    public static let pause = Duration.seconds(5)

    public init(_ hub: EventHub, time: Timekeeper = .system, logger: Logger, problems: @escaping @Sendable () async -> [HealthProblem]) {
        self.hub = hub
        self.time = time
        self.logger = logger
        self.problems = problems
    }

    /// There is a look within ``pause``. For who wakes up anyway: a disk fills, a clock steps and a file goes without an event.
    public func lookAgain() { wishes.continuation.yield() }

    /// Works until the task is cancelled.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // A listener that fell behind is cut off by the hub: it comes back.
                while !Task.isCancelled {
                    for await _ in await hub.subscribe().events { lookAgain() }
                }
            }
            var told: [String: HealthProblem] = [:]
            lookAgain()
            for await _ in wishes.stream {
                await look(&told)
                try? await time.sleep(Self.pause)  // ends early when cancelled
            }
            group.cancelAll()
        }
    }

    private func look(_ told: inout [String: HealthProblem]) async {
        let problems = await problems().filter { !Self.toldElsewhere.contains($0.area) || $0.sentence.hasPrefix("pcscd") }
        let now = Dictionary(problems.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
        for (identity, problem) in now.sorted(by: { $0.key < $1.key }) where told[identity] == nil {
            let fields: Logger.Metadata = ["area": "\(problem.area.rawValue)", "subject": "\(problem.subject)"]
            if problem.weight == .trouble {
                logger.warning("\(problem.sentence)", metadata: fields)
            } else {
                logger.notice("\(problem.sentence)", metadata: fields)
            }
        }
        for (identity, problem) in told.sorted(by: { $0.key < $1.key }) where now[identity] == nil {
            logger.notice("over: \(problem.sentence)", metadata: ["area": "\(problem.area.rawValue)", "subject": "\(problem.subject)"])
        }
        told = now
    }
}
