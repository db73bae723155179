// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Synchronization

/// How long the disk has not answered anything that one connection asked of it. A dying disk, or one on a network, does not fail: it says
/// nothing, and whoever asks SQLite waits with it. One for each connection: what lies in memory is answered beside a flush that hangs.
final class DiskSilence: Sendable {
    private struct Asked {
        var questions = 0
        /// When the disk answered last, or was asked the first of these questions.
        var since: Duration = .zero
    }

    /// After this it is said, and nobody waits for a read any more.
    let patience: Duration
    private let asked = Mutex(Asked())
    /// Of this machine, whatever clock the journal is given: the disk is a real one.
    private let time = Timekeeper.system

    init(patience: Duration) { self.patience = patience }

    func begin() {
        let moment = time.uptime()
        asked.withLock { asked in
            if asked.questions == 0 { asked.since = moment }
            asked.questions += 1
        }
    }

    func end() {
        let moment = time.uptime()
        asked.withLock { asked in
            asked.questions -= 1
            asked.since = moment
        }
    }

    var lasts: Duration {
        let moment = time.uptime()
        return asked.withLock { $0.questions == 0 ? .zero : moment - $0.since }
    }

    var isTooLong: Bool { lasts >= patience }

    /// Returns when the disk has been silent for too long.
    func runOut() async throws {
        repeat { try await time.sleep(max(.milliseconds(10), patience - lasts)) } while !isTooLong
    }

    /// Reads, as long as the disk answers anybody on this connection. A read that is given up has changed nothing.
    func read<Value: Sendable>(_ path: String, _ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        if isTooLong { throw JournalFault.silentDisk(path) }
        begin()
        let answer = await waiting(
            for: { [self] in
                defer { end() }
                do { return Result<Value, any Error>.success(try await work()) } catch { return .failure(error) }
            },
            unless: { [self] in try await runOut() })
        guard let answer else { throw JournalFault.silentDisk(path) }
        return try answer.get()
    }
}

extension JournalFault {
    static func tookTooLong(_ path: String, _ limit: Duration) -> JournalFault {
        JournalFault(
            "reading through the whole journal \(path) did not end within \(limit.components.seconds) s: look at `sudo dmesg`, and at what "
                + "else uses the disk", .disk)
    }

    static func silentDisk(_ path: String) -> JournalFault {
        JournalFault(
            "the disk that holds the journal \(path) does not answer: what is ordered waits for it, and goes on by itself when it does; look at "
                + "`sudo dmesg`, and replace it if this comes again", .disk)
    }
}
