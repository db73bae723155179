// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import EncoderModel
import Foundation
import Logging
import Sandbox
import Simulators
import UnixSignals

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox", abstract: "A PMS to practise with: speaks the Mews Connector API, strict in what it takes.",
        discussion: """
            A page with a "Cut key" button is at http://HOST:PORT/, and http://HOST:PORT/sandbox tells how to order keys, cancel them \
            and make things fail from a script: answers of a captive portal, lost and doubled events, a clock that is off, and more. Nothing is kept when it ends. Not for the real PMS, and not for real guests.
            """)

    @Option(help: ArgumentHelp("Where to listen; port 0 takes a free one.", valueName: "host:port")) var listen = "127.0.0.1:8700"
    @Option(help: "Time zone of the hotel, IANA.") var timeZone: String?
    @Option(help: "Requests that one token may make in 30 seconds.") var requestLimit = 200
    @Option(help: "A key cutter of the hotel, by name; may be given several times; default: one, 'Front desk' with the id 1.")
    var keyCutter: [String] = []
    @Flag(name: .customLong("form-2015"), help: "Offer only what the API of 2015 had: app/signIn, getAllActive, update; no WebSocket.")
    var form2015 = false

    @Option(
        help: ArgumentHelp(
            "Write a configuration for this hotel and a simulated encoder there, and say how to start both.", valueName: "folder"))
    var practice: String?

    @Option(
        help: ArgumentHelp(
            "Be a hotel system that speaks FIAS to a lock system instead, and listen here for it.", valueName: "host:port"))
    var fias: String?
    @Option(help: ArgumentHelp("The same, and dial the lock system.", valueName: "host:port")) var fiasDial: String?
    @Option(help: ArgumentHelp("The same, on a serial line: where to put a link to a pseudo-terminal.", valueName: "path"))
    var fiasLink: String?
    @Option(
        help: ArgumentHelp(
            "What the hotel system sends, in order; may be given several times. Ends when each was answered: 0 if all were OK.",
            valueName: "record"))
    var send: [String] = []

    func run() async throws {
        if fias != nil || fiasDial != nil || fiasLink != nil { return try await practiseFias() }
        guard let place = HostAndPort(listen, takesAnyFreePort: true) else {
            throw ValidationError("'\(listen)': write HOST:PORT, as in 127.0.0.1:8700")
        }
        let (host, port) = (place.host, place.port)
        var hotel = form2015 ? Hotel.small(at: Date(), form: .visiOnline2015) : Hotel.small
        if form2015 { hotel.dialects = [.first2015] }
        if let timeZone {
            guard TimeZoneName.read(timeZone) != nil else {
                throw ValidationError("'\(timeZone)' is no time zone: write one such as Europe/Prague")
            }
            hotel.timeZone = timeZone
        }
        if !keyCutter.isEmpty { hotel.setKeyCutters(keyCutter) }
        var limits = SandboxLimits()
        limits.requests = requestLimit
        let tokens = hotel.tokens
        let (name, zone) = (hotel.name, hotel.timeZone)
        let server = SandboxServer(
            hotel: hotel, limits: limits, logger: Logger(label: "sandbox", factory: { StreamLogHandler.standardError(label: $0) }))
        try await untilSignalled(saying: { "cannot listen on \(listen) (\($0)): stop the program that uses it, or choose another address" })
        {
            try await server.run(host: host, port: port) { port in
                print(
                    """
                    \(name) is open at http://\(host):\(port)/
                      api:           http://\(host):\(port)
                      webSocket:     ws://\(host):\(port)/ws/connector
                      client token:  \(tokens.client)
                      access token:  \(tokens.access)
                      connector token (the form of 2015): \(tokens.connector)
                    """)
                if let practice { showPractice(PracticeFolder(practice, address: "\(host):\(port)", timeZone: zone), tokens) }
                fflush(nil)
            }
        }
    }

    private func showPractice(_ folder: PracticeFolder, _ tokens: Tokens) {
        do {
            let commands = try folder.write(clientToken: tokens.client, accessToken: tokens.access)
            print("\nNext, each in a terminal of its own:\n    " + commands.joined(separator: "\n    "))
        } catch {
            complain(error.description)
        }
    }

    /// Plays the hotel system of a FIAS link; records are printed as they go and come.
    private func practiseFias() async throws {
        let simulator: any Simulator
        do throws(SimulatorFault) {
            var options = SimulatorOptions()
            options.records = send
            options.link = fiasLink
            if let address = fias ?? fiasDial { try options.place(at: address, dials: fias == nil) }
            simulator = try FiasPractice.make(options)
        } catch {
            throw ValidationError(error.description)
        }
        let trapped = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let work = Task { try await simulator.run() }
        let signals = Task { for await _ in trapped { work.cancel() } }
        defer { signals.cancel() }
        let due = send.filter { $0.hasPrefix("K") }.count
        var answers: [String] = []
        for await event in simulator.events {
            print(event)
            fflush(nil)
            if case .record(let text) = event, text.hasPrefix("< KA|") || text.hasPrefix("< KZ|") { answers.append(text) }
            if due > 0, answers.count >= due { work.cancel() }
        }
        do {
            try await work.value
        } catch is CancellationError {
            // Asked to end.
        } catch {
            complain("\(error)")
            throw ExitCode.trouble
        }
        if answers.contains(where: { !$0.contains("|ASOK|") }) { throw ExitCode.trouble }
    }
}
