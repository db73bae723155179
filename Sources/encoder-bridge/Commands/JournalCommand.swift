// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import EncoderModel
import Foundation
import Journal
import SiteConfiguration

struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "The journal of all orders: look whether it is sound, copy it, put a copy back.",
        subcommands: [Verify.self, Export.self, Backup.self, Restore.self])

    /// Says a fault of the journal and ends with the status for trouble.
    static func fail(_ fault: JournalFault) -> ExitCode {
        complain(wrapped(fault.description, indent: 0))
        return ExitCode.trouble
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads every page, job and line of the history and says what is wrong.",
            discussion: """
                Works while the bridge runs. Prints the seal of the last line: noted elsewhere, it shows later that nothing \
                before it was changed (`--seal`). Exit status: 0 all is sound; 1 something is wrong, the output says what.
                """)
        @OptionGroup var config: ConfigurationOption
        @Argument(help: "Another file, a backup for example.") var file: String?
        @Option(help: "A seal that was printed before, as PLACE:SEAL.") var seal: String?

        func run() async throws {
            let path = try file ?? config.load().configuration.journal.path
            do throws(JournalFault) {
                var report = try JournalVerification.file(path, isInUse: file == nil)
                if let seal, let problem = try JournalVerification.compare(path, with: seal) { report.problems.append(problem) }
                for problem in report.problems { print("- " + wrapped(problem, indent: 2)) }
                print(
                    wrapped(
                        "\(path): \(report.isSound ? "sound" : "NOT sound"). \(report.jobs) jobs (\(report.unfinished) not ended), "
                            + "\(report.lines) lines of history, \(report.removed) removed by retention.", indent: 0))
                print("seal \(report.place):\(report.seal)")
                if !report.isSound { throw JournalFault("") }
            } catch {
                if error.description.isEmpty { throw ExitCode.trouble }
                throw JournalCommand.fail(error)
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every job with its trail as JSON, one job a line, the seal of the history as the last line.",
            discussion: "Without guests' names and card content. Works while the bridge runs.")
        @OptionGroup var config: ConfigurationOption

        func run() async throws {
            do throws(JournalFault) {
                let reader = try JournalReader(path: try Self.path(config))
                let encoder = JSONEncoder()
                encoder.dateEncodingStrategy = .iso8601
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                try reader.forEachJob { found in
                    let line =
                        switch found {
                        case .success(let (job, trail)): try encoder.encode(ExportedJob(job: job, trail: trail))
                        case .failure(let fault): try encoder.encode(["unreadable": fault.description])
                        }
                    print(String(decoding: line, as: UTF8.self))
                }
                let report = try reader.verify()
                print("{\"history\":{\"lines\":\(report.lines),\"place\":\(report.place),\"seal\":\"\(report.seal)\"}}")
            } catch {
                throw JournalCommand.fail(error)
            }
        }

        private static func path(_ config: ConfigurationOption) throws(JournalFault) -> String {
            do { return try config.load().configuration.journal.path } catch { throw JournalFault("\(error)", .request) }
        }
    }

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes a whole copy of the journal while the bridge runs.",
            discussion: "The copy is readable for its owner only: it holds the names of guests whose keys are not cut yet.")
        @OptionGroup var config: ConfigurationOption
        @Argument(help: "The file to write; it must not be there yet.") var target: String

        func run() async throws {
            let path = try config.load().configuration.journal.path
            do throws(JournalFault) {
                try JournalReader(path: path).backup(to: target)
            } catch {
                throw JournalCommand.fail(error)
            }
            print("\(path) was copied to \(target).")
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts a backup in the journal's place; the bridge must be stopped.",
            discussion: "The backup is verified first. What was there is moved aside, not deleted.")
        @OptionGroup var config: ConfigurationOption
        @Argument(help: "The backup.") var backup: String

        func run() async throws {
            let path = try config.load().configuration.journal.path
            do throws(JournalFault) {
                let aside = try JournalRestore.restore(backup, to: path)
                print("\(path) is the backup \(backup) now.")
                if let aside { print("The journal from before is \(aside).") }
                print(
                    wrapped(
                        "Orders that came after the backup are not known to the bridge any more: look at the cards that were cut "
                            + "since then before you cut one again. Door codes that came after it stay on their locks: clear at each lock what "
                            + "`encoder-bridge access` lists there as other people's.", indent: 0))
            } catch {
                throw JournalCommand.fail(error)
            }
        }
    }
}

/// One line of an export.
private struct ExportedJob: Encodable {
    var job: Job
    var trail: [TrailEntry]
}
