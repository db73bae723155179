// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import GRDB
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

    /// Asks the disk for something; silence lasts until the question is answered.
    func ask() -> Question {
        let moment = time.uptime()
        asked.withLock { asked in
            if asked.questions == 0 { asked.since = moment }
            asked.questions += 1
        }
        return Question(self)
    }

    /// One thing that was asked of the disk.
    final class Question: Sendable {
        private let silence: DiskSilence
        private let isOpen = Mutex(true)

        fileprivate init(_ silence: DiskSilence) { self.silence = silence }

        /// Said where the disk has answered, before anybody hears of it: how long a task then waits for a thread is no silence of the disk,
        /// and who has its answer must not read that there is none. Counts once.
        func isAnswered() {
            let isFirst = isOpen.withLock { isOpen in
                defer { isOpen = false }
                return isOpen
            }
            if isFirst { silence.end() }
        }
    }

    private func end() {
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
    /// - Parameter read: what does the given work with the connection, where its turn comes.
    func read<Value: Sendable>(
        _ path: String, _ work: @escaping @Sendable (Database) throws -> Value,
        by read: @escaping @Sendable (@escaping @Sendable (Database) throws -> Value) async throws -> Value
    ) async throws -> Value {
        if isTooLong { throw JournalFault.silentDisk(path) }
        let question = ask()
        let answer = await waiting(
            for: {
                // A connection that is closed never comes to the work.
                defer { question.isAnswered() }
                do {
                    let value = try await read { db in
                        defer { question.isAnswered() }
                        return try work(db)
                    }
                    return Result<Value, any Error>.success(value)
                } catch {
                    return .failure(error)
                }
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
