// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import Ports

/// One encoder's end of a link that several share: the records of the link, each as a frame of its own, without check bytes.
///
/// It is open while the link lives. LS is answered here, with what the lock server declared and LA: it asks whether the link lives, and
/// that is the owner's to know.
final class SharedPort: Port {
    private let inbox: PortInbox
    private let link: SharedLink

    init(on loop: PortLoop, link: SharedLink) {
        inbox = PortInbox(on: loop)
        self.link = link
    }

    deinit { close() }

    // MARK: From the link

    func opened() { inbox.opened() }

    func put(_ records: [FiasRecord]) {
        if inbox.isOpen { inbox.put(records.flatMap { FiasCodec(check: false).encode(.record($0)) }) }
    }

    /// The link does not live any more. An encoder that still waits for it goes on waiting.
    func lose(_ fault: Fault) {
        if inbox.isOpen { inbox.lose(fault) }
    }

    // MARK: From the encoder

    func untilOpen(by deadline: ContinuousClock.Instant) async throws(Fault) {
        guard try await inbox.untilOpen(by: deadline) else { throw link.whyDown }
    }

    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault) {
        if let loss = inbox.loss { throw loss }
        var codec = FiasCodec(check: false)
        codec.receive(bytes)
        while let found = codec.next() {
            guard case .frame(.record(let record)) = found else { continue }
            if record.kind == "LS" { put(try link.answerToLS()) } else { try link.send(record) }
        }
    }

    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent { try await inbox.read(by: deadline) }

    func wake() { inbox.wake() }

    func close() {
        inbox.lose(Fault(.offline, detail: "the port is closed"))
        link.leave(self)
    }
}
