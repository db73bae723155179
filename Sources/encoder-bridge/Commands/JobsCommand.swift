// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import EncoderModel
import Foundation
import Journal
import SiteConfiguration

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "Orders and what became of them: the newest ones, those of a room or a day, or one with its trail.",
        discussion: """
            Reads the journal itself, whether the bridge runs or not; guests' names are not shown.
              encoder-bridge jobs --room 101 --day 2026-11-27
              encoder-bridge jobs 0193a1b2      the beginning of an id is enough
            """)

    @OptionGroup var config: ConfigurationOption
    @Argument(help: "A job's id, or its beginning: that job with its trail.") var id: String?
    @Option(help: "Only keys for this room or lock.") var room: String?
    @Option(help: "Only keys of this reservation.") var reservation: String?
    @Option(help: "Only keys of this encoder.") var encoder: String?
    @Option(help: "Only jobs in this state: queued, writing, done, failed, cancelled, expired ...") var state: String?
    @Option(help: "Only orders of this day, on the hotel's clock: YYYY-MM-DD.") var day: String?
    @Option(help: "How many at most.") var limit = 20
    @Flag(help: "For programs.") var json = false

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is \(limit): ask for at least one") }
    }

    func run() async throws {
        let site = try config.load().configuration
        do throws(JournalFault) {
            let reader = try JournalReader(path: site.journal.path)
            let learned = try reader.fact(.timeZone).flatMap(TimeZone.init(identifier:))
            let zone = site.timeZone ?? learned ?? .current
            let page = JobsPage(zone: zone)
            if let id {
                let (job, trail) = try one(reader, id)
                print(json ? page.json(job, trail) : page.text(job, trail))
            } else {
                let jobs = try reader.jobs(try filter(zone), limit: limit)
                print(json ? page.json(jobs) : page.text(jobs))
            }
        } catch {
            throw JournalCommand.fail(error)
        }
    }

    private func one(_ reader: JournalReader, _ id: String) throws(JournalFault) -> (Job, [TrailEntry]) {
        var found = try reader.job(JobID(id)).map { [$0] } ?? []
        if found.isEmpty, id.count >= 4 { found = try reader.jobs(idBeginning: id, limit: 2) }
        guard let job = found.first else { throw JournalFault("no job has the id \(id): `encoder-bridge jobs` lists the newest", .request) }
        guard found.count == 1 else { throw JournalFault("several ids begin with \(id): write more of it", .request) }
        return (job, try reader.trail(of: job.id))
    }

    private func filter(_ zone: TimeZone) throws(JournalFault) -> JobFilter {
        var filter = JobFilter(encoder: encoder.map { EncoderName($0) }, room: room, reservation: reservation)
        if let state {
            guard let known = JobState(rawValue: state) else {
                let states = JobState.allCases.map(\.rawValue).joined(separator: ", ")
                throw JournalFault("'\(state)' is no state of a job: use one of \(states)", .request)
            }
            filter.state = known
        }
        if let day {
            guard let (from, until) = CalendarDay.span(day, zone) else {
                throw JournalFault("'\(day)' is no day: write it as 2026-11-27", .request)
            }
            (filter.from, filter.until) = (from, until)
        }
        return filter
    }
}
