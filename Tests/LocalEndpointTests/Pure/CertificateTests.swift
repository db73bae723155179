// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Logging
import Synchronization
import TestKit
import Testing

@testable import LocalEndpoint

/// What is said of certificates, and when a new one is taken.
@Suite(.timeLimit(.minutes(6))) struct CertificateTests {
    private static let day: TimeInterval = 86_400

    @Test func pair_isTaken_andKnowsItsTime() throws {
        let own = try OwnCertificate(days: 90)
        defer { own.remove() }
        let (certificate, key) = try own.texts()
        let pair = try CertificatePair(certificate: certificate, key: key)
        let now = Date()
        #expect(abs(pair.ends.timeIntervalSince(now) - 90 * Self.day) < Self.day)
        #expect(pair.objection(at: now) == nil)
        #expect(pair.objection(at: now + 75 * Self.day) == nil)
        let soon = try #require(pair.objection(at: now + 85 * Self.day))
        #expect(!soon.isRefused && soon.sentence.contains("runs out on") && soon.sentence.contains("days: put a new one"))
        let over = try #require(pair.objection(at: now + 91 * Self.day))
        #expect(over.isRefused && over.sentence.contains("ran out on"))
        let early = try #require(pair.objection(at: now - Self.day))
        #expect(early.isRefused && early.sentence.contains("valid from") && early.sentence.contains("clock"))
    }

    @Test func pair_isRefusedWithAReason_andTheKeyIsNotInIt() throws {
        let (own, other) = (try OwnCertificate(), try OwnCertificate())
        defer {
            own.remove()
            other.remove()
        }
        let (certificate, key) = try own.texts()
        let strange = try other.texts().key
        let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n"
        let cases: [(String, String, String)] = [
            (certificate, strange, "do not belong together"), ("", key, "certificate"), ("hello", key, "certificate"),
            (key, key, "certificate"), (certificate, "", "no private key in PEM"), (certificate, certificate, "no private key in PEM"),
            (certificate, locked, "passphrase"),
        ]
        for (certificate, key, reason) in cases {
            let fault = #expect(throws: EndpointFault.self) { try CertificatePair(certificate: certificate, key: key) }
            #expect(fault?.description.contains(reason) == true, "\(fault?.description ?? "")")
            for line in key.split(separator: "\n") where line.count > 20 && !line.hasPrefix("-----") {
                #expect(fault?.description.contains(line) == false)
            }
        }
    }

    /// The files as a test changes them.
    private final class Disk: Sendable {
        let files = Mutex((mark: "1", certificate: "", key: "", reads: 0))

        init(_ certificate: OwnCertificate) throws { try put(certificate, mark: "1") }

        func put(_ own: OwnCertificate, mark: String) throws {
            let (certificate, key) = try own.texts()
            files.withLock { $0 = (mark, certificate, key, $0.reads) }
        }

        var source: EndpointCertificate.Source {
            EndpointCertificate.Source(mark: { self.files.withLock { $0.mark } }) {
                let (certificate, key) = self.files.withLock {
                    $0.reads += 1
                    return ($0.certificate, $0.key)
                }
                return try CertificatePair(certificate: certificate, key: key)
            }
        }
    }

    private static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    @Test func newFiles_areTakenByThemselves_andWrongOnesLeaveTheOldInForce() async throws {
        let (first, second) = (try OwnCertificate(days: 30), try OwnCertificate(days: 60))
        defer {
            first.remove()
            second.remove()
        }
        let disk = try Disk(first)
        let shown = try EndpointCertificate(disk.source, logger: Self.quiet)
        let old = shown.current().ends
        #expect(await shown.healthProblems().isEmpty)
        // The certificate was changed and its key not yet: what every program that renews does in two steps.
        disk.files.withLock { $0 = ("2", (try? second.texts().certificate) ?? "", $0.key, 0) }
        for _ in 0..<5 { #expect(shown.current().ends == old) }
        let problem = try #require(await shown.healthProblems().first)
        #expect(problem.area == .endpoint && problem.weight == .note && problem.since != nil)
        #expect(problem.sentence.contains("do not belong together") && problem.sentence.contains("stays in force"))
        #expect(disk.files.withLock { $0.reads } == 1)
        try disk.put(second, mark: "3")
        #expect(shown.current().ends > old)
        #expect(await shown.healthProblems().isEmpty)
    }

    @Test(arguments: [(80, nil), (77, HealthProblem.Weight.note), (92, .trouble)] as [(Double, HealthProblem.Weight?)])
    func status_saysOfACertificate_thatItRunsOut(_ days: Double, _ weight: HealthProblem.Weight?) async throws {
        let own = try OwnCertificate(days: 91)
        defer { own.remove() }
        var time = Timekeeper.system
        time.now = { Date() + (weight == nil ? 70 : days) * Self.day }
        let shown = try EndpointCertificate(try Disk(own).source, time: time, logger: Self.quiet)
        #expect(await shown.healthProblems().map(\.weight) == (weight.map { [$0] } ?? []))
    }

    @Test func listening_isRefused_whenOthersCouldReachIt() async throws {
        let own = try OwnCertificate()
        defer { own.remove() }
        let certificate = try EndpointCertificate(try Disk(own).source, logger: Self.quiet)
        let tokens = try Secret.tokens()
        for (tokens, certificate) in [(nil, nil), (tokens, nil), (nil, certificate)] as [([EndpointToken]?, EndpointCertificate?)] {
            let endpoint = LocalEndpoint(
                configuration: .init(listen: .tcp(host: "0.0.0.0", port: 0), tokens: tokens, certificate: certificate), desk: FakeDesk(),
                logger: Self.quiet
            ) { BridgeStatusDocument(encoders: [], connectors: [], queue: QueueStatus(unfinishedJobs: 0, undeliveredReports: 0)) }
            await #expect(throws: EndpointFault.self) { try await endpoint.run() }
        }
    }
}
