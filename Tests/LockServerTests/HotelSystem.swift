// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import PortIO
import Ports
import Synchronization

/// A hotel system that speaks FIAS, as a connection to the bridge.
final class HotelSystem: Ports.Port {
    private struct State {
        var events: [PortEvent] = []
        var hasHungUp = false
        var reader: CheckedContinuation<Void, Never>?
        var codec = FiasCodec(check: false)
    }

    private let state = Mutex(State())
    private let heard: AsyncStream<FiasRecord>
    private let hears: AsyncStream<FiasRecord>.Continuation

    init() { (heard, hears) = AsyncStream.makeStream() }

    // MARK: The hotel system's end

    /// Records in one go.
    func says(_ records: String...) { put { $0.events.append(.bytes(records.flatMap { [0x02] + Array($0.utf8) + [0x03] })) } }
    func hangsUp() { put { $0.hasHungUp = true } }

    /// The next record of a kind; the others are passed over.
    func hear(_ kind: String) async -> FiasRecord? { await heard.first { $0.kind == kind } }

    /// Starts the link; when it returns, the bridge takes records.
    func start() async {
        says("LS|DA261128|TI120000|")
        _ = await hear("LA")
        says("LA|DA261128|TI120000|", "KZ|KCnowhere|WS0|")
        _ = await hear("KA")
    }

    private func put(_ change: (inout State) -> Void) {
        let reader = state.withLock { state in
            change(&state)
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    // MARK: The bridge's end

    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault) {
        let records = try state.withLock { state throws(Fault) in
            if state.hasHungUp { throw Fault(.offline) }
            state.codec.receive(bytes)
            var records: [FiasRecord] = []
            while let found = state.codec.next() { if case .frame(.record(let record)) = found { records.append(record) } }
            return records
        }
        for record in records { hears.yield(record) }
    }

    /// Whoever starts the link himself keeps no deadline waiting.
    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent {
        while true {
            let event = try state.withLock { state throws(Fault) -> PortEvent? in
                if !state.events.isEmpty { return state.events.removeFirst() }
                if state.hasHungUp { throw Fault(.offline) }
                return nil
            }
            if let event { return event }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.events.isEmpty || state.hasHungUp { return true }
                    state.reader = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    func wake() { put { $0.events.append(.woken) } }
    func close() { hangsUp() }
}

/// The door by which hotel systems come in.
final class HotelDoor: PortSystem, PortListening, PortListener {
    private let machine = LinuxPorts()
    private let guests: AsyncStream<HotelSystem>
    private let comes: AsyncStream<HotelSystem>.Continuation
    private let all = Mutex<[HotelSystem]>([])

    init() { (guests, comes) = AsyncStream.makeStream() }

    func dialled() -> HotelSystem {
        let system = HotelSystem()
        all.withLock { $0.append(system) }
        comes.yield(system)
        return system
    }

    func hangUp() {
        for system in all.withLock(\.self) { system.hangsUp() }
    }

    func next() async throws(Fault) -> any Ports.Port {
        for await system in guests { return system }
        throw Fault(.offline)
    }

    func close() { comes.finish() }
    func listen(host: String, port: Int, from: [String], on executor: any SerialExecutor) throws(Fault) -> any PortListener { self }
    func makeExecutor(name: String) -> any SerialExecutor { machine.makeExecutor(name: name) }
    func open(_ port: DetectedPort, line: LineSettings, on executor: any SerialExecutor) async throws(Fault) -> any Ports.Port {
        throw Fault(.offline)
    }
    func events(fixed: [PortMatch]) -> AsyncStream<BusEvent> { machine.events(fixed: fixed) }
}
