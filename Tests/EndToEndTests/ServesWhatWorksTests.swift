// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// One part is wrong: it says so in one sentence, and the rest goes on.
@Suite(.timeLimit(.minutes(6))) struct ServesWhatWorksTests {
    @Test func wrongEncoderEntry_isNamed_andTheOtherEncoderWorks() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            try site.configure(
                encoders: Site.entry("front-desk", encoder.link.path)
                    + "  spa:\n    driver: industri-standard\n    match: { device: /dev/ttyS99 }\n")
            let bridge = try site.bridge()
            try await bridge.ready()
            #expect(bridge.program.output.contains("there is no driver 'industri-standard': use one of industry-standard"))
            let job = try await bridge.outcome(of: try await bridge.order("101").id)
            #expect(job.state == "done")
        }
    }

    @Test func portThatAnotherProgramHolds_isNamedWithTheProgram_andTakenWhenItIsFree() async throws {
        try await Site.open { site in
            let good = try await site.encoder("good")
            let held = try await site.encoder("held")
            try await Site.open { other in
                try other.configure(held)
                let holder = try other.bridge()
                try await holder.ready()
                try site.configure(encoders: Site.entry("front-desk", good.link.path) + Site.entry("spa", held.link.path))
                let bridge = try site.bridge()
                try await bridge.ready()
                let spa = try await eventually("the fault of the held port") { () -> EncoderView? in
                    let spa = try await bridge.encoder("spa")
                    return spa.state == "faulted" ? spa : nil
                }
                #expect(spa.lastFault?.code == "heldBy")
                #expect(spa.lastFault?.technician?.hasPrefix("encoder-bridge (pid \(holder.program.pid)) holds the port") == true, "\(spa)")
                let status = try await site.command("status", "--config", site.configuration.path)
                #expect(status.status == 1)
                #expect(status.output.contains("encoder-bridge (pid \(holder.program.pid))"), "\(status.output)")
                let job = try await bridge.outcome(of: try await bridge.order("101").id)
                #expect(job.state == "done")
                try await holder.program.stop()
                try await bridge.ready("spa")
            }
        }
    }

    @Test func wrongToken_isOneSentence_andTheEndpointServes() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder()
            try site.configure(encoder, sandbox: sandbox)
            try site.secret("access-token", "5A4DB0C50000400080000000DEAD0002-5A4DB0C50000400080000000DEAD002")
            let bridge = try site.bridge()
            let reason = try await eventually("the connector to stop") { () -> String? in
                guard let connector = try await bridge.status().connectors.first, connector.state == "stopped" else { return nil }
                return connector.reason
            }
            #expect(reason.localizedCaseInsensitiveContains("token"), "\(reason)")
            try await bridge.ready()
            let job = try await bridge.outcome(of: try await bridge.order("101").id)
            #expect(job.state == "done")
            let status = try await site.command("status", "--config", site.configuration.path)
            #expect(status.status == 1)
            #expect(status.output.localizedCaseInsensitiveContains("token"), "\(status.output)")
        }
    }

    @Test func closedPMS_isTriedAgain_andTheEndpointServes() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder()
            try site.configure(encoder, sandbox: sandbox)
            try await sandbox.program.stop()
            let bridge = try site.bridge()
            try await bridge.ready()
            let connector = try await eventually("the problem to be told") { () -> StatusView.Connector? in
                guard let connector = try await bridge.status().connectors.first, connector.lastProblem != nil else { return nil }
                return connector
            }
            #expect(connector.state == "connecting")
            let job = try await bridge.outcome(of: try await bridge.order("101").id)
            #expect(job.state == "done")
            #expect(bridge.program.isRunning)
        }
    }

    @Test func secondDaemonOnTheSameJournal_endsWithOneSentence() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            try site.configure(encoder)
            let first = try site.bridge()
            try await first.ready()
            let second = try await site.command("run", "--config", site.configuration.path)
            #expect(second.status == 1)
            #expect(second.output.contains("journal"), "\(second.output)")
            #expect(second.output.split(separator: "\n").count == 1, "\(second.output)")
            let job = try await first.outcome(of: try await first.order("101").id)
            #expect(job.state == "done")
        }
    }

    @Test func endpointAddressInUse_isOneSentence_andThePMSIsServed() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder()
            try site.configure(encoders: Site.entry("front-desk", encoder.link.path), sandbox: sandbox, listen: "127.0.0.1:\(sandbox.port)")
            let bridge = try site.bridge()
            let command = try await sandbox.outcome(of: try await sandbox.cut("1001"))
            #expect(command.state == "Processed")
            let sentence = "127.0.0.1:\(sandbox.port) is in use by another program: stop it or choose another address in endpoint.listen"
            try await eventually("the reason in the log") { bridge.program.output.contains("no local endpoint: " + sentence) }
        }
    }
}
