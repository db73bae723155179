// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Framing
import Logging
import Ports

/// The bridge in the place of a lock server that speaks the Industry Standard over TCP: hotel systems dial in, most of them anew for
/// each request.
public actor IndustryStandardConnector {
    public static let origin = JobOrigin("industryStandard")
    /// Connections at once: more than any hotel has desks.
    static let mostConnections = 64
    /// A connection that says nothing for so long is let go.
    static let idle = Duration.seconds(600)

    let configuration: IndustryStandardConfiguration
    let counter: KeyCounter
    let zone: @Sendable () async -> TimeZone
    let keys: JournalShelf<KeyBook>
    private let ports: any PortSystem & PortListening
    let logger: Logger
    public private(set) var status: ConnectorStatus
    private var connections = 0

    public init(
        configuration: IndustryStandardConfiguration, desk: any JobDesk, journal: any JobJournal, ports: any PortSystem & PortListening,
        zone: @escaping @Sendable () async -> TimeZone, turns: Turns, logger: Logger
    ) {
        self.configuration = configuration
        self.ports = ports
        self.zone = zone
        self.logger = logger
        counter = KeyCounter(desk: desk, origin: Self.origin, encoders: configuration.encoders, logger: logger, turns: turns)
        keys = JournalShelf(journal, fact: .industryStandardKeys, empty: KeyBook())
        status = ConnectorStatus(name: Self.origin.name, state: .connecting, since: Date(), dialsOut: false)
    }

    /// Serves until the task is cancelled.
    public func run() async {
        let executor = ports.makeExecutor(name: "lock-server")
        while !Task.isCancelled {
            do throws(Fault) {
                let listener = try ports.listen(
                    host: configuration.host, port: configuration.port, from: configuration.from, on: executor)
                show(.connected, nil)
                throw await serve(listener)
            } catch {
                if Task.isCancelled { return }
                show(.connecting, error)
                try? await Task.sleep(for: .seconds(5))
            }
        }
    }

    private func serve(_ listener: any PortListener) async -> Fault {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                defer { group.cancelAll() }
                do throws(Fault) {
                    while true {
                        let port = try await listener.next()
                        guard connections < Self.mostConnections else {
                            port.close()
                            continue
                        }
                        connections += 1
                        group.addTask {
                            await withTaskCancellationHandler {
                                await self.serve(port)
                            } onCancel: {
                                port.wake()
                            }
                            port.close()
                            await self.left()
                        }
                    }
                } catch {
                    listener.close()
                    return error
                }
            }
        } onCancel: {
            listener.close()
        }
    }

    private func left() { connections -= 1 }

    private func show(_ state: ConnectorStatus.State, _ fault: Fault?) {
        if let fault {
            status.lastProblem = "hotel systems cannot dial in (\(fault.detail ?? fault.kind.code))"
            status.lastProblemAt = Date()
            logger.warning("industryStandard: \(status.lastProblem ?? "")")
        }
        guard status.state != state else { return }
        status.state = state
        status.since = Date()
    }

    // MARK: One connection

    /// ACK alone at once, then the work, then one answer. The client sends nothing more and waits for nothing more.
    private nonisolated func serve(_ port: any Ports.Port) async {
        var codec = StxEtxCodec(.industryStandard)
        do throws(Fault) {
            while !Task.isCancelled {
                while let found = codec.next() {
                    switch found {
                    case .damaged: try await write([ControlByte.nak], to: port)
                    case .frame(.enq): try await write([ControlByte.ack], to: port)
                    case .frame(.control): continue
                    case .frame(.message(let body)):
                        try await write([ControlByte.ack], to: port)
                        let reply = await reply(to: body)
                        var isGone = await hasLeft(port, &codec)
                        do throws(Fault) { try await write(AnswerMessage.frame(reply.fields), to: port) } catch { isGone = true }
                        logger.info("industryStandard: answered \(reply.fields.first ?? "")")
                        await keep(reply)
                        if isGone, let job = reply.job {
                            await counter.desk.note("the answer was not delivered: the hotel system had hung up", about: job)
                        }
                        if isGone { return }
                    }
                }
                switch try await port.read(by: .now + Self.idle) {
                case .bytes(let bytes): codec.receive(bytes)
                case .woken: continue
                case .deadline: return
                }
            }
        } catch {
            // The client hangs up after each answer: nothing to say.
        }
    }

    private nonisolated func write(_ bytes: [UInt8], to port: any Ports.Port) async throws(Fault) {
        try await port.write(bytes, by: .now + .seconds(5))
    }

    /// Whether the client is gone, so that the answer reaches nobody. What it sent meanwhile is kept.
    private nonisolated func hasLeft(_ port: any Ports.Port, _ codec: inout StxEtxCodec) async -> Bool {
        do throws(Fault) {
            while true {
                switch try await port.read(by: .now) {
                case .bytes(let bytes): codec.receive(bytes)
                case .woken: continue
                case .deadline: return false
                }
            }
        } catch {
            return true
        }
    }
}
