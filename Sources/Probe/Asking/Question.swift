// SPDX-License-Identifier: Apache-2.0
import Doctor
import DriverKit
import EncoderModel
import PortIO
import Ports
import Transcripts

/// The question to an encoder who it is, asked over the line that the daemon would use. Changes no card.
struct Question: Sendable {
    let port: DetectedPort
    /// The most time that one question may take: a driver's own limits are made for cards.
    var limit = Duration.seconds(8)
    var trace = PortTrace()

    /// - Parameter wakeFirst: sends the family's reset before, for an encoder that hears nothing else.
    /// - Returns: what came of it, and how long it took.
    func ask(_ driver: some EncoderDriver, wakeFirst: Bool = false) async -> (dialogue: Dialogue, took: Duration) {
        let start = ContinuousClock.now
        return (judged(await answer(driver, wakeFirst)), .now - start)
    }

    private func answer(_ driver: some EncoderDriver, _ wakeFirst: Bool) async -> Dialogue {
        let linux = LinuxPorts()
        let dialogue = await answer(driver, wakeFirst, on: TracedPorts(base: linux, trace: trace))
        // A lock server's link takes a moment to say goodbye, and the next question needs the port.
        await linux.stop()
        return dialogue
    }

    private func answer(_ driver: some EncoderDriver, _ wakeFirst: Bool, on ports: TracedPorts) async -> Dialogue {
        let keeper = BenchKeeper()
        do throws(Fault) {
            let line = try await Line.open(driver, at: port, of: ports, on: ports.makeExecutor(name: "probe"), keeper: keeper)
            // The port is given back as it was found before anything else is tried.
            defer { line.close() }
            let patience = Task {
                try await Task.sleep(for: limit)
                keeper.giveUp()
                line.wake()
            }
            defer { patience.cancel() }
            do throws(Fault) {
                return try await who(on: line, wakeFirst)
            } catch {
                return keeper.hasGivenUp ? .silent : Dialogue(error)
            }
        } catch {
            return Dialogue(error)
        }
    }

    private func who(on line: Line<some EncoderDriver>, _ wakeFirst: Bool) async throws(Fault) -> Dialogue {
        var heardNothing = false
        if wakeFirst {
            _ = try await line.perform(.reset, as: nil, progress: RecordedProgress())
        } else {
            // An encoder that only its family's reset wakes was left waiting by some program, which a technician should know.
            do throws(Fault) {
                try await line.listen()
            } catch {
                guard error.kind == .timeout else { throw error }
                heardNothing = true
            }
        }
        let identity = try await line.identify()
        let words = [identity.model, identity.firmware, identity.serial].compactMap(\.self)
        return heardNothing ? .woke : .answered(words.isEmpty ? "it answers" : words.joined(separator: ", "))
    }

    /// Whether anything came at all is the trace's to say: a driver only knows that no answer did.
    private func judged(_ dialogue: Dialogue) -> Dialogue {
        let heard = trace.received
        switch dialogue {
        case .silent where !heard.isEmpty: return .noise(bytes: heard.count, like: [])
        case .noise: return .noise(bytes: heard.count, like: [])
        default: return dialogue
        }
    }
}
