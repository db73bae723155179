// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import LockServerLink
import Synchronization

import struct Foundation.TimeZone

/// The one owner of a link to a lock server: keeps it, and gives each record to every encoder behind it. Which answer is whose, the
/// drivers tell by KC and WS.
final class SharedLink: Sendable {
    private struct Member {
        weak var port: SharedPort?
    }

    private struct State {
        var members: [ObjectIdentifier: Member] = [:]
        /// What the lock server declared, while the link lives.
        var declarations: [FiasRecord]?
        var whyDown = Fault(.offline, detail: "the lock server has not answered yet (no LA)")
        var wire: FiasWire?
        var work: Task<Void, Never>?
    }

    private let state = Mutex(State())
    private let deserted: @Sendable () -> Void

    /// Begins to keep the link.
    /// - Parameters:
    ///   - zone: the hotel's: the lock server is told the hotel's date and time.
    ///   - deserted: called when its last encoder has left.
    init(
        security: FiasSecurity, way: FiasWire.Way, zone: @escaping @Sendable () async -> TimeZone, on executor: any SerialExecutor,
        deserted: @escaping @Sendable () -> Void
    ) {
        self.deserted = deserted
        let wire = FiasWire(.pms, security: security, way: way, on: executor, zone: zone) { [weak self] news in self?.hear(news) }
        state.withLock { state in
            state.wire = wire
            state.work = Task { await wire.run() }
        }
    }

    deinit { state.withLock { $0.work?.cancel() } }

    /// Ends the link with LE.
    func stop() async {
        let work = state.withLock { $0.work }
        work?.cancel()
        await work?.value
    }

    // MARK: Encoders

    func join(_ port: SharedPort) {
        let lives = state.withLock { state in
            state.members[ObjectIdentifier(port)] = Member(port: port)
            return state.declarations != nil
        }
        if lives { port.opened() }
    }

    func leave(_ port: SharedPort) {
        let wasLast = state.withLock { $0.members.removeValue(forKey: ObjectIdentifier(port)) != nil && $0.members.isEmpty }
        if wasLast { deserted() }
    }

    var isDeserted: Bool { state.withLock { $0.members.isEmpty } }

    var whyDown: Fault { state.withLock { $0.whyDown } }

    func answerToLS() throws(Fault) -> [FiasRecord] {
        let (declarations, why) = state.withLock { ($0.declarations, $0.whyDown) }
        guard let declarations else { throw why }
        return declarations + [FiasRecord("LA")]
    }

    func send(_ record: FiasRecord) throws(Fault) {
        let (declarations, why, wire) = state.withLock { ($0.declarations, $0.whyDown, $0.wire) }
        guard let declarations, let wire else { throw why }
        wire.send(Self.asDeclared(record, declarations))
    }

    /// What the lock server did not ask for is not sent to it, as far as the key does not depend on it. Who the guest is goes only to one
    /// that asks for it; one that declares nothing may need the rest.
    static func asDeclared(_ record: FiasRecord, _ declarations: [FiasRecord]) -> FiasRecord {
        let names: Set<String> = ["GN", "GF", "GG", "GL"]
        let tags = Set(record.fields.map(\.tag))
        guard let own = declarations.first(where: { $0.kind == "LR" && $0["RI"] == record.kind }), let list = own["FL"] else {
            return record.keeping(tags.subtracting(names))
        }
        let letters = Array(list)
        let wanted = Set(stride(from: 0, to: letters.count - 1, by: 2).map { String(letters[$0...($0 + 1)]) })
        var dispensable = names.union(["K#", "CT"])
        // Whose keys end or change is said by G#: without it KD means everybody's in the room.
        if record.kind == "KR" { dispensable.insert("G#") }
        return record.keeping(wanted.union(tags.subtracting(dispensable)))
    }

    // MARK: From the wire

    private func hear(_ news: FiasWire.News) {
        let ports = state.withLock { state in
            switch news {
            case .lives(let declarations): state.declarations = declarations
            case .down(let fault):
                state.declarations = nil
                state.whyDown = fault
            case .record: break
            }
            return state.members.values.compactMap(\.port)
        }
        for port in ports {
            switch news {
            case .lives: port.opened()
            case .record(let record, _): port.put([record])
            case .down(let fault): port.lose(fault)
            }
        }
    }
}
