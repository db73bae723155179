// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Logging
import PortIO
import Ports
import Simulators

/// How much of a whole key dialogue is physics: the simulator takes and gives each byte at the line's speed, so the least a
/// dialogue can take is bytes x 10 / baud. What is over that is ours (and the simulator's).
enum LineUseBenchmark {
    static let keys = 15
    /// ENQ and ACK, when the encoder is asked whether it is there.
    static let identifyBytes = 2

    static func run() async throws {
        print("\nLine use of a whole key dialogue (ENQ, order, answer, ACK), \(keys) keys each, no wait for the card")
        let widths = [-34, 10, 12, 12, 10, 10]
        print(row(["", "bytes", "physical ms", "taken ms", "use %", "goal %"], widths: widths))
        for baud in [9600, 19_200] {
            let link = FileManager.default.temporaryDirectory.appendingPathComponent("bridge-bench-\(baud)-\(getpid())").path
            var options = SimulatorOptions()
            options.link = link
            options.baud = baud
            options.cardDelay = .zero
            let simulator = try SimulatorCatalog.make(driver: "industry-standard", options: options)
            let device = Task { try await simulator.run() }
            for await event in simulator.events { if case .listening = event { break } }

            let driver = try DriverCatalog.make(
                name: "industry-standard", settings: DriverSettings(["encoder": "Online Encoder 1", "serialNumber": "0"]))
            let host = KeyHost(keys: keys)
            let ports = CountingPorts()
            let work = start(driver, host: host, ports: ports, link: link)
            let times = await host.times()
            work.cancel()
            device.cancel()
            _ = await device.result

            let bytes = (ports.bytes - identifyBytes) / keys
            let physical = Double(bytes) * 10 / Double(baud) * 1000
            let taken = Statistics(times.map { Double(nanoseconds($0)) / 1_000_000 }).median
            print(
                row(
                    ["\(baud) baud, median", "\(bytes)", fixed(physical), fixed(taken), fixed(physical / taken * 100, 1), "99.5"],
                    widths: widths))
        }
    }

    private static func start(_ driver: some EncoderDriver, host: KeyHost, ports: CountingPorts, link: String) -> Task<Void, Never> {
        let session = EncoderSession(
            name: "bench", driver: driver, match: .device(link), ports: ports, host: host,
            logger: Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() }))
        return Task {
            await session.post(.portArrived(DetectedPort(incarnation: .init("bench"), kind: .tty, address: link)))
            await session.run()
        }
    }
}

/// A queue that hands out the same order again and again and notes how long each took.
actor KeyHost: SessionHost {
    private var left: Int
    private var began: ContinuousClock.Instant?
    private var taken: [Duration] = []
    private let (done, finish) = AsyncStream<Void>.makeStream()

    static let order = KeyOrder(
        lockIds: ["101"], validFrom: Date(timeIntervalSince1970: 1_795_300_000), validUntil: Date(timeIntervalSince1970: 1_795_400_000))
    init(keys: Int) { left = keys }

    func nextJob(for encoder: EncoderName) -> Job? {
        guard left > 0 else {
            finish.finish()
            return nil
        }
        left -= 1
        began = .now
        return Job(id: .random(), encoder: encoder, order: Self.order, origin: .local, createdAt: Date())
    }

    func record(_ event: JobEvent, of job: JobID) throws(Fault) {
        if case .completed = event, let began { taken.append(.now - began) }
        if case .failed(let fault) = event { print("line: a key failed: \(fault.advice) \(fault.detail ?? "")") }
    }

    func note(_ text: String, about job: JobID) {}
    func keep(_ questions: [UnansweredJob], of encoder: EncoderName) {}
    func sighted(_ card: CardPresence, on encoder: EncoderName) {}
    func lastKey(of encoder: EncoderName) -> String? { nil }
    func sequence(of job: JobID, on encoder: EncoderName) throws(Fault) -> Int { 1 }
    func wantsCancel(_ job: JobID) -> Bool { false }
    func clock() -> PropertyClock { PropertyClock(timeZone: .gmt) }
    func changed(_ status: EncoderStatus) {}

    func times() async -> [Duration] {
        for await _ in done {}
        return taken
    }
}
