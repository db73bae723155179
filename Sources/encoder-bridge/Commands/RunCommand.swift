// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import EncoderModel
import Foundation
import Journal
import Logging
import SiteConfiguration
import Systemd
import UnixSignals

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the bridge until SIGTERM or SIGINT.",
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
            if isInJournal { return JournalLogHandler(label: label, logLevel: level) }
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        let logger = Logger(label: "encoder-bridge")
        let reading = try config.load()
        for problem in reading.problems { logger.error("configuration: \(problem)") }
        let bridge: Bridge
        do throws(JournalFault) {
            bridge = try await Bridge(reading.configuration, logger: logger)
        } catch {
            complain(error.description)
            throw ExitCode.trouble
        }
        logger.notice(
            "encoder-bridge \(EncoderBridge.version) runs", metadata: ["encoders": "\(reading.configuration.encoders.count)"])
        let encoders = reading.configuration.encoders.count
        let work = Task {
            await bridge.run {
                ServiceNotice.status("\(encoders) encoders configured; `encoder-bridge status` tells how they are").send()
                ServiceNotice.ready.send()
            }
        }
        let watchdog = Watchdog(bridge.liveness, logger: logger).map { watchdog in Task { await watchdog.run() } }
        for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
            logger.notice("\(signal): stopping")
            break
        }
        ServiceNotice.stopping.send()
        work.cancel()
        await work.value
        watchdog?.cancel()
    }
}
