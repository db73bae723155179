// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Logging

/// Tells the world outside of problems: ``AlertPolicy`` says what and when, each channel sends at its own pace. Wakes up when somebody
/// has looked at the problems, and by itself only while there is something to tell or to try again.
public actor Alerter: HealthReporting {
    private let channels: [any AlertChannel]
    private let memory: AlertMemory
    private let time: Timekeeper
    private let logger: Logger
    private let problems: @Sendable () async -> [HealthProblem]
    private var policy: AlertPolicy
    private var outboxes: [String: AlertOutbox] = [:]
    /// Why a channel does not work, since when.
    private var faults: [String: (sentence: String, since: Date)] = [:]
    private var saved: AlertState?
    /// The last save, behind all before it.
    private var saving: Task<Void, Never>?
    /// On a disk that does not answer a save has no end, and that disk is the very thing to be told.
    private static let patience: Duration = .seconds(5)
    /// The newest look stands for those before it; `nil`: look now.
    private nonisolated let looks = AsyncStream<[HealthProblem]?>.makeStream(bufferingPolicy: .bufferingNewest(1))
    private let bells: [String: (stream: AsyncStream<Void>, ring: AsyncStream<Void>.Continuation)]

    public init(
        patience: Duration, channels: [any AlertChannel], memory: AlertMemory, time: Timekeeper = .system, logger: Logger,
        problems: @escaping @Sendable () async -> [HealthProblem]
    ) {
        self.channels = channels
        self.memory = memory
        self.time = time
        self.logger = logger
        self.problems = problems
        policy = AlertPolicy(patience: TimeInterval(patience.components.seconds))
        bells = Dictionary(
            channels.map { channel in
                let (stream, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
                return (channel.name, (stream, ring))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Somebody looked, and this is what is wrong.
    public nonisolated func noticed(_ problems: [HealthProblem]) { looks.continuation.yield(problems) }

    /// Works until the task is cancelled.
    public func run() async {
        if let state = await memory.load() {
            policy.resume(state.policy)
            for channel in channels { outboxes[channel.name] = state.outboxes[channel.name] }
            saved = state
        }
        await withTaskGroup(of: Void.self) { group in
            for channel in channels { group.addTask { await self.serve(channel) } }
            looks.continuation.yield(nil)
            var alarm: Task<Void, Never>?
            for await seen in looks.stream {
                alarm?.cancel()
                await look(await known(seen))
                alarm = policy.next().map { self.alarm(at: $0) { self.looks.continuation.yield(nil) } }
            }
            alarm?.cancel()
            group.cancelAll()
        }
    }

    private func known(_ seen: [HealthProblem]?) async -> [HealthProblem] {
        if let seen { return seen }
        return await problems()
    }

    private func look(_ problems: [HealthProblem]) async {
        let alerts = policy.look(problems, at: time.now())
        for channel in channels {
            outboxes[channel.name, default: AlertOutbox()].add(alerts)
            if !alerts.isEmpty { bells[channel.name]?.ring.yield() }
        }
        await keep()
    }

    /// One channel: what waits, in order. Another channel that does not answer does not hold it up.
    private func serve(_ channel: any AlertChannel) async {
        guard let (stream, ring) = bells[channel.name] else { return }
        ring.yield()
        var alarm: Task<Void, Never>?
        for await _ in stream {
            alarm?.cancel()
            while !Task.isCancelled, let alert = outboxes[channel.name]?.due(at: time.now()) { await send(alert, by: channel) }
            alarm = outboxes[channel.name]?.wakes.map { self.alarm(at: $0) { ring.yield() } }
        }
        alarm?.cancel()
    }

    private func send(_ alert: Alert, by channel: any AlertChannel) async {
        do throws(AlertFault) {
            try await channel.send(alert)
            outboxes[channel.name]?.sent(alert)
            if faults.removeValue(forKey: channel.name) != nil { logger.notice("alerts go out by \(channel.name) again") }
            logger.info(
                "alert sent by \(channel.name)", metadata: ["event": "\(alert.event.rawValue)", "area": "\(alert.problem.area.rawValue)"])
        } catch {
            // Ended in the middle of it: it is tried again at the next start.
            if Task.isCancelled { return }
            outboxes[channel.name]?.failed(at: time.now())
            if faults[channel.name] == nil { logger.warning("alerts do not go out by \(channel.name): \(error)") }
            faults[channel.name] = (error.description, faults[channel.name]?.since ?? time.now())
        }
        await keep()
    }

    private func keep() async {
        let state = AlertState(policy: policy.told, outboxes: outboxes.filter { $0.value.count > 0 })
        guard state != saved else { return }
        saved = state
        let before = saving
        let save = Task { [memory] in
            await before?.value
            await memory.save(state)
        }
        saving = save
        _ = await waiting(for: { await save.value }, unless: { [time] in try await time.sleep(Self.patience) })
    }

    private nonisolated func alarm(at date: Date, _ ring: @escaping @Sendable () -> Void) -> Task<Void, Never> {
        let time = time
        return Task {
            // A moment more, so that what is due at that instant is due when it is looked at.
            let wait = max(0, date.timeIntervalSince(time.now())) + 0.05
            try? await time.sleep(.milliseconds(Int64(min(wait, 86_400) * 1000)))  // cancelled: somebody else looked
            if !Task.isCancelled { ring() }
        }
    }

    /// Alerts that do not leave are no clerk's trouble.
    public func healthProblems() async -> [HealthProblem] {
        faults.sorted { $0.key < $1.key }.map { name, fault in
            let count = outboxes[name]?.count ?? 0
            return HealthProblem(
                .alerts, subject: name, since: fault.since, weight: .note,
                "\(fault.sentence); \(count) alert\(count == 1 ? "" : "s") wait\(count == 1 ? "s" : "") and will be tried again")
        }
    }
}
