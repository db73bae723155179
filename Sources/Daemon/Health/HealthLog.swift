// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import LocalEndpoint
import Logging

/// Tells the log what `status` tells: each problem once when it comes, and once when it is over. Looks when something happens, never by the
/// clock: a bridge where nothing happens does not wake up.
struct HealthLog: Sendable {
    let health: BridgeHealth
    let logger: Logger
    /// Sessions, connectors and the reading of the configuration log their own.
    private static let toldElsewhere: Set<HealthProblem.Area> = [.encoder, .connector, .configuration]
    private static let pause = Duration.seconds(5)

    func run() async {
        var told: [String: HealthProblem] = [:]
        await look(&told)
        let subscription = await health.queue.events.subscribe()
        var last = ContinuousClock.now
        for await _ in subscription.events where last + Self.pause < .now {
            last = .now
            await look(&told)
        }
    }

    private func look(_ told: inout [String: HealthProblem]) async {
        let problems = await health.document().problems.filter { !Self.toldElsewhere.contains($0.area) || $0.sentence.hasPrefix("pcscd") }
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
