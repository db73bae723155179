// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import EncoderModel
import Framing
import Glibc
import LockServerLink
import Ports

import struct Foundation.TimeZone

/// The ports of a Linux machine: serial lines and HID devices that udev finds or a person names, pseudo-terminals, TCP, PC/SC readers.
public struct LinuxPorts: PortSystem, PortListening {
    private let permissionGrace: Duration
    private let remark: @Sendable (String) -> Void
    private let links: SharedLinks

    /// `permissionGrace`: how long a refused node is tried again. After a plug the kernel makes the node first and udev gives it to
    /// the service's group a moment later. `remark` gets the few sentences that belong to no encoder: udev cannot be listened to. They go
    /// to standard error unless told otherwise. `zone`: the hotel's, whose wall clock a lock server is told.
    public init(
        permissionGrace: Duration = .milliseconds(500), remark: @escaping @Sendable (String) -> Void = LinuxPorts.toStandardError,
        zone: @escaping @Sendable () async -> TimeZone = { .current }
    ) {
        self.permissionGrace = permissionGrace
        self.remark = remark
        links = SharedLinks(zone: zone)
    }

    /// A sentence as a line on standard error, where the service's log picks it up.
    public static func toStandardError(_ sentence: String) {
        let line = Array((sentence + "\n").utf8)
        _ = Glibc.write(STDERR_FILENO, line, line.count)
    }

    /// An executor that waits for its encoder's port on the thread it runs jobs on. The thread ends with the last reference to it.
    public func makeExecutor(name: String) -> any SerialExecutor { PortLoop(name: name) }

    /// Opens a port for sole use. On an executor that ``makeExecutor(name:)`` did not make, the port waits on a thread of its own.
    ///
    /// Throws `notPermitted`, `heldBy`, `offline` or `timeout`, and `rejected` where the line cannot do what the settings ask.
    public func open(_ port: DetectedPort, line: LineSettings, on executor: any SerialExecutor) async throws(Fault) -> any Port {
        let loop = executor as? PortLoop ?? PortLoop(name: port.address)
        if let options = line.fias {
            return try await links.open(port, line: line, options: options, way: way(to: port, line: line), on: loop)
        }
        await links.release(port.address)  // a reload may have given a lock server's line to another driver
        guard port.admits == nil else { throw Fault(.rejected(reason: "only a lock server may dial in: write `tcp:` for this encoder")) }
        return try await openAlone(port, line: line, on: loop)
    }

    /// Ends the links that encoders share, with the word that their partners expect (LE). For the end of the program.
    public func stop() async { await links.stop() }

    /// Each connection of a link that several encoders share: on a thread of the link's own.
    private func way(to port: DetectedPort, line: LineSettings) -> FiasWire.Way {
        guard let admits = port.admits else {
            let loop = PortLoop(name: "fias")
            return .opens { () async throws(Fault) in try await openAlone(port, line: line, on: loop) }
        }
        let place = HostAndPort(port.address, takesAnyFreePort: true) ?? HostAndPort(host: port.address, port: 0)
        let loop = PortLoop(name: "fias")
        return .listens { () throws(Fault) in try listen(host: place.host, port: place.port, from: admits, on: loop) }
    }

    private func openAlone(_ port: DetectedPort, line: LineSettings, on loop: PortLoop) async throws(Fault) -> any Port {
        switch port.kind {
        case .tty: return try await SerialLine.open(port.address, line: line, permissionGrace: permissionGrace, on: loop)
        case .tcp: return try await TCPConnection.open(port.address, on: loop)
        case .pcsc: return try await PcscPort.open(port.address, on: loop)
        case .hidraw:
            return try await HidrawPort.open(port.address, reports: line.reports, permissionGrace: permissionGrace, on: loop)
        }
    }

    public func listen(host: String, port: Int, from: [String], on executor: any SerialExecutor) throws(Fault) -> any PortListener {
        try TCPListener(host: host, port: port, from: from, on: executor as? PortLoop ?? PortLoop(name: "listen"))
    }

    public func events(fixed: [PortMatch]) -> AsyncStream<BusEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: BusEvent.self)
        let loop = PortLoop(name: "bus")
        do throws(SystemError) {
            let sources = try HintSources(on: loop)
            let readers = try followReaders(fixed)
            let bus = Bus(loop: loop, fixed: fixed, readers: readers?.listing, remark: remark)
            continuation.onTermination = { _ in
                sources.stop()
                readers?.thread.stop()
            }
            Task { await bus.follow(sources, into: continuation) }
        } catch {
            remark("The list of ports cannot be followed (\(error.text)): restart the bridge.")
            continuation.finish()
        }
        return stream
    }

    private func followReaders(_ fixed: [PortMatch]) throws(SystemError) -> (listing: PcscListing, thread: PcscReaderThread)? {
        let wanted = fixed.compactMap { if case .reader(let name) = $0 { name } else { nil } }
        guard !wanted.isEmpty else { return nil }
        let listing = try PcscListing()
        let thread = try PcscReaderThread(wanted: wanted, listing: listing, remark: remark)
        Task { await thread.follow() }
        return (listing, thread)
    }

    /// The ports that udev and pcscd know now, for one look (`probe`). Opens nothing. Throws `offline` when udev's records cannot be
    /// read; a machine without pcscd has no readers, and ``readerObstacle()`` says why.
    public func list() throws(Fault) -> [DetectedPort] {
        do throws(SystemError) {
            let readers = (try? PcscContext().readers()) ?? []
            return try PortListing(UdevContext()).entries().map(\.port) + readers.map { PcscListing.port($0, session: "look") }
        } catch {
            throw error.asOffline
        }
    }

    /// What keeps this user from PC/SC readers, with the command that puts it right; `nil` when nothing does.
    public func readerObstacle() -> Fault? {
        do throws(PcscError) {
            _ = try PcscContext()
            return PcscAdvice.deviceHeldByKernel() == nil
                ? nil : PcscAdvice.fault(for: PcscError(call: "SCardListReaders", code: .unknownReader))
        } catch {
            return PcscAdvice.fault(for: error)
        }
    }
}
