// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import Daemon
import EncoderModel
import Foundation
import Journal
import Logging
import SiteConfiguration
import Systemd
import UnixSignals

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the bridge until SIGTERM or SIGINT; SIGHUP reads the configuration again.",
        discussion: """
            What is wrong in the configuration is said at the start and left out; the rest is served. Stops cleanly: \
            orders that have not begun go on at the next start, a card that is being written is waited for.
            """)

    @OptionGroup var config: ConfigurationOption
    @Option(help: "How much is logged: trace, debug, info, notice, warning, error.")
    var logLevel: String = "info"

    func run() async throws {
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw ValidationError("'\(logLevel)' is no log level: use trace, debug, info, notice, warning or error")
        }
        let isInJournal = JournalStream.takesStandardError()
        LoggingSystem.bootstrap { label in
            if isInJournal { return CleanLog(JournalLogHandler(label: label, logLevel: level)) }
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return CleanLog(handler)
        }
        Self.raiseDescriptorLimit()
        let logger = Logger(label: "encoder-bridge")
        // Before the configuration is read: one that is changed meanwhile is read again, and until it is trapped SIGHUP ends a program.
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        let reading = try config.load()
        for problem in reading.problems { logger.error("configuration: \(problem)") }
        let bridge: Bridge
        do throws(JournalFault) {
            bridge = try await Bridge(reading, logger: logger)
        } catch {
            complain(error.description)
            throw ExitCode.trouble
        }
        let stops = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        logger.notice(
            "encoder-bridge \(BuildVersion.text) runs", metadata: ["encoders": "\(reading.configuration.encoders.count)"])
        let encoders = reading.configuration.encoders.count
        let work = Task {
            await bridge.run {
                ServiceNotice.status("\(encoders) encoders configured; `encoder-bridge status` tells how they are").send()
                ServiceNotice.ready.send()
            }
        }
        let watchdog = Watchdog(bridge.liveness, logger: logger).map { watchdog in Task { await watchdog.run() } }
        // A reload waits for the card that an encoder in question is writing: beside the stop, so that SIGTERM is heard meanwhile.
        let reloads = Task {
            var running = reading.configuration
            for await _ in hangUps { running = await reload(bridge, from: running, logger) }
        }
        for await signal in stops {
            logger.notice("\(signal): stopping")
            break
        }
        reloads.cancel()
        ServiceNotice.stopping.send()
        work.cancel()
        await work.value
        watchdog?.cancel()
    }

    /// - Returns: the configuration in force: the old one where the file cannot be read at all.
    private func reload(_ bridge: Bridge, from running: SiteConfiguration, _ logger: Logger) async -> SiteConfiguration {
        do throws(ConfigurationProblem) {
            let again = try config.read()
            await bridge.reload(from: running, to: again)
            return again.configuration
        } catch {
            logger.error("configuration not reloaded, the old one stays in force: \(error)")
            return running
        }
    }

    /// A shell gives 1024 where the machine allows more; the endpoint sizes itself by what there is.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, max(limit.rlim_cur, 4096))
        _ = setrlimit(resource, &limit)
    }
}
