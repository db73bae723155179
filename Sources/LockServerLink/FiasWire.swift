// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Framing
import Ports
import Synchronization

/// Runs a ``Framing/FiasLink`` over ports: opens or is dialled, reads, writes, and begins again when a connection ends. The same for
/// both ends of a link. Decides nothing: what is said when is the link's.
public actor FiasWire {
    /// How the wire comes to a connection.
    public enum Way: Sendable {
        case opens(@Sendable () async throws(Fault) -> any Ports.Port)
        /// The other side dials in; the last connection wins.
        case listens(@Sendable () throws(Fault) -> any PortListener)
    }

    /// What the wire has to tell, in order.
    public enum News: Sendable {
        /// The link lives; what the partner declared of itself.
        case lives([FiasRecord])
        /// - Parameter life: the life of the link in which it came; an answer to it belongs there and nowhere else.
        case record(FiasRecord, life: Int)
        /// The link does not live, and why.
        case down(Fault)
    }

    private struct Letter: Sendable {
        var record: FiasRecord
        /// `nil`: any.
        var life: Int?
        var isWritten: CheckedContinuation<Bool, Never>?
    }

    private struct Requests: Sendable {
        var letters: [Letter] = []
        var isStopping = false
        /// Only while there is one is anything taken to be sent.
        var port: (any Ports.Port)?
        var newcomer: (any Ports.Port)?
        var awaitsNewcomer: CheckedContinuation<Void, Never>?
    }

    private nonisolated let executor: any SerialExecutor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private nonisolated let requests = Mutex(Requests())
    private let way: Way
    private let tell: @Sendable (News) -> Void
    private let zone: @Sendable () async -> TimeZone
    private var link: FiasLink
    private let time: Timekeeper
    private var failures = 0
    /// Counts the lives of the link, over all connections.
    private var life = 0

    /// - Parameters:
    ///   - zone: the hotel's: dates and times of the link are its wall clock.
    ///   - tell: called on the wire's own thread; must not wait.
    public init(
        _ role: FiasLink.Role, security: FiasSecurity, way: Way, on executor: any SerialExecutor, time: Timekeeper = .system,
        zone: @escaping @Sendable () async -> TimeZone = { .current }, tell: @escaping @Sendable (News) -> Void
    ) {
        link = FiasLink(role, security: security)
        self.way = way
        self.executor = executor
        self.time = time
        self.zone = zone
        self.tell = tell
    }

    /// Sends a record as soon as the wire is free; lost where the link does not live.
    public nonisolated func send(_ record: FiasRecord) { post(Letter(record: record)) }

    /// Sends an answer, in the life of the link in which its question came. In a later one it is dropped: nothing but KC and WS says whose
    /// an answer is, and partners begin to count anew.
    /// - Returns: whether it was written.
    public nonisolated func send(_ answer: FiasRecord, in life: Int) async -> Bool {
        await withCheckedContinuation { post(Letter(record: answer, life: life, isWritten: $0)) }
    }

    private nonisolated func post(_ letter: Letter) {
        let port = requests.withLock { requests in
            if requests.port != nil { requests.letters.append(letter) }
            return requests.port
        }
        if let port { port.wake() } else { letter.isWritten?.resume(returning: false) }
    }

    /// Keeps the link until the task is cancelled; then says LE and gives the connection back within two seconds.
    public func run() async {
        await withTaskCancellationHandler {
            if case .listens(let open) = way {
                let door = Task { await self.keepDoor(open) }
                while !isStopping { await serve() }
                door.cancel()
                _ = await door.value
            } else {
                while !isStopping { await serve() }
            }
        } onCancel: {
            requests.withLock { requests in
                requests.isStopping = true
                requests.awaitsNewcomer?.resume()
                requests.awaitsNewcomer = nil
                requests.port?.wake()
            }
        }
    }

    // MARK: Coming to a connection

    private var isStopping: Bool { requests.withLock { $0.isStopping } }

    private func serve() async {
        do throws(Fault) {
            guard let port = try await nextPort() else { return }
            failures = 0
            requests.withLock { $0.port = port }
            tell(.down(await talk(on: port)))
            let unsent = requests.withLock { requests in
                defer { (requests.port, requests.letters) = (nil, []) }
                return requests.letters
            }
            for letter in unsent { letter.isWritten?.resume(returning: false) }
            link.disconnected()
            port.close()
            // A partner that closes at once must not be dialled without a pause.
            if case .opens = way { try? await time.sleep(.seconds(1)) }
        } catch {
            failures += 1
            tell(.down(error))
            // 1, 2, 4, 8, 15 s, and a little apart from others that lost the same partner.
            let pause = min(15, 1 << min(failures - 1, 4))
            try? await time.sleep(.seconds(pause) + .milliseconds(Int.random(in: 0...250) * pause))
        }
    }

    private func nextPort() async throws(Fault) -> (any Ports.Port)? {
        guard case .opens(let open) = way else {
            await withCheckedContinuation { continuation in
                let isHere = requests.withLock { requests in
                    if requests.newcomer != nil || requests.isStopping { return true }
                    requests.awaitsNewcomer = continuation
                    return false
                }
                if isHere { continuation.resume() }
            }
            return requests.withLock { requests in
                defer { requests.newcomer = nil }
                return requests.isStopping ? nil : requests.newcomer
            }
        }
        return try await open()
    }

    /// Lets partners in for as long as the wire runs.
    private func keepDoor(_ open: @Sendable () throws(Fault) -> any PortListener) async {
        while !Task.isCancelled {
            do throws(Fault) {
                let listener = try open()
                try await withDoor(listener)
            } catch {
                if Task.isCancelled { return }
                tell(.down(error))
                try? await time.sleep(.seconds(5))
            }
        }
    }

    private func withDoor(_ listener: any PortListener) async throws(Fault) {
        let result = await withTaskCancellationHandler {
            var end = Fault(.offline)
            do throws(Fault) {
                while true { admit(try await listener.next()) }
            } catch {
                end = error
            }
            listener.close()
            return end
        } onCancel: {
            listener.close()
        }
        throw result
    }

    private func admit(_ port: any Ports.Port) {
        requests.withLock { requests in
            requests.newcomer?.close()
            requests.newcomer = port
            requests.awaitsNewcomer?.resume()
            requests.awaitsNewcomer = nil
            requests.port?.wake()
        }
    }

    // MARK: Talking

    /// - Returns: why the connection is over.
    private func talk(on port: any Ports.Port) async -> Fault {
        do throws(Fault) {
            var hasSaidLE = false
            if let end = try await perform(link.connected(at: now(in: await zone())), on: port) { return end }
            while true {
                let zone = await zone()
                let (stops, isReplaced) = requests.withLock { ($0.isStopping, $0.newcomer != nil) }
                if isReplaced { return Fault(.offline, detail: "a later connection took the place of this one") }
                while let letter = requests.withLock({ $0.letters.isEmpty ? nil : $0.letters.removeFirst() }) {
                    if let end = try await send(letter, at: now(in: zone), on: port) { return end }
                }
                if stops, !hasSaidLE {
                    hasSaidLE = true
                    if let end = try await perform(link.stop(at: now(in: zone)), on: port) { return end }
                }
                let actions =
                    switch try await port.read(by: link.deadline) {
                    case .bytes(let bytes): link.receive(bytes, at: now(in: zone))
                    case .deadline: link.advance(to: now(in: zone))
                    case .woken: [FiasLink.Action]()
                    }
                if let end = try await perform(actions, on: port) { return end }
            }
        } catch {
            return error
        }
    }

    private func send(_ letter: Letter, at now: FiasLink.Moment, on port: any Ports.Port) async throws(Fault) -> Fault? {
        guard link.isAlive, (letter.life ?? life) == life else {
            letter.isWritten?.resume(returning: false)
            return nil
        }
        do throws(Fault) {
            let end = try await perform(link.send(letter.record, at: now), on: port)
            letter.isWritten?.resume(returning: end == nil)
            return end
        } catch {
            letter.isWritten?.resume(returning: false)
            throw error
        }
    }

    private func perform(_ actions: [FiasLink.Action], on port: any Ports.Port) async throws(Fault) -> Fault? {
        for action in actions {
            switch action {
            case .write(let bytes): try await port.write(bytes, by: time.moment + .seconds(5))
            case .deliver(let record): tell(.record(record, life: life))
            case .lives:
                life += 1
                tell(.lives(link.declarations))
            case .ended(let why): tell(.down(Fault(.offline, detail: why)))
            case .drop(let why): return Fault(.offline, detail: why)
            }
        }
        return nil
    }

    private func now(in zone: TimeZone) -> FiasLink.Moment {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: time.now())
        func two(_ number: Int?) -> String {
            let number = (number ?? 0) % 100
            return number < 10 ? "0\(number)" : String(number)
        }
        return FiasLink.Moment(
            time.moment, date: two(parts.year) + two(parts.month) + two(parts.day),
            time: two(parts.hour) + two(parts.minute) + two(parts.second))
    }
}
