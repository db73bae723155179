// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Jobs and places for the tests of this target.
enum Sample {
    static let start = Date(timeIntervalSince1970: 1_763_733_600)

    static func job(
        _ id: JobID = .random(), externalID: String? = nil, origin: JobOrigin = .local, state: JobState = .queued, createdAt: Date = start
    ) -> Job {
        let order = KeyOrder(
            lockIds: ["101", "Pool"], validFrom: start, validUntil: start.addingTimeInterval(172_800), copies: 2, mode: .copy,
            guestName: "Ada Example", reservationNumber: "R-77", cardImage: .pages(PageImage(pages: [4: [0x00, 0x11, 0xAA, 0xBB]])))
        return Job(
            id: id, encoder: "front-desk", order: order, origin: origin, externalID: externalID, state: state, createdAt: createdAt,
            expiresAt: createdAt.addingTimeInterval(300))
    }

    static func report(_ job: Job, _ kind: Report.Kind, progress: Double? = nil, text: String? = nil) -> Report {
        Report(jobID: job.id, origin: job.origin, externalID: job.externalID ?? "none", kind: kind, progress: progress, text: text)
    }

    static func line(_ state: JobState, _ note: String, at: Date = start) -> TrailEntry {
        TrailEntry(at: at, state: state, note: note)
    }
}

/// An empty folder that goes away with this value.
final class Folder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("journal-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            print("left behind: \(path): \(error)")
        }
    }

    var journal: String { path + "/journal.sqlite" }
}

extension Timekeeper {
    /// A wall clock that says what the test wants.
    static func at(_ now: @escaping @Sendable () -> Date) -> Timekeeper {
        var time = Timekeeper.system
        time.now = now
        return time
    }
}
