// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// The certificate that the endpoint shows. Whenever somebody connects its files are looked at, and read again when they were changed:
/// a new certificate needs no reload, and no clock wakes the bridge up for it. What cannot be used leaves the one before in force.
public final class EndpointCertificate: HealthReporting {
    /// Where certificate and key come from.
    public struct Source: Sendable {
        /// Another text once the files were changed; cheap.
        let mark: @Sendable () -> String
        let read: @Sendable () throws -> CertificatePair

        public init(mark: @escaping @Sendable () -> String, read: @escaping @Sendable () throws -> CertificatePair) {
            self.mark = mark
            self.read = read
        }
    }

    private struct InForce {
        var pair: CertificatePair
        /// Of the files that were read last, whether they could be used or not: the same ones are not read again.
        var mark: String
        var fault: (sentence: String, since: Date)?
    }

    private let source: Source
    private let time: Timekeeper
    private let logger: Logger
    private let inForce: Mutex<InForce>

    /// - Throws: what is wrong with the files, as a sentence.
    public init(_ source: Source, time: Timekeeper = .system, logger: Logger = Logger(label: "endpoint")) throws {
        self.source = source
        self.time = time
        self.logger = logger
        let mark = source.mark()
        inForce = Mutex(InForce(pair: try source.read(), mark: mark))
    }

    /// What is shown now.
    @discardableResult public func current() -> CertificatePair {
        inForce.withLock { inForce in
            // Taken before the files are read: a change meanwhile is seen the next time.
            let mark = source.mark()
            guard mark != inForce.mark else { return inForce.pair }
            inForce.mark = mark
            do {
                inForce.pair = try source.read()
                inForce.fault = nil
                logger.notice("new certificate, valid until \(InternetTime.text(inForce.pair.ends))")
            } catch {
                inForce.fault = ("\(error); the certificate before it stays in force", time.now())
            }
            return inForce.pair
        }
    }

    public func healthProblems() async -> [HealthProblem] {
        let pair = current()
        var problems: [HealthProblem] = []
        if let fault = inForce.withLock({ $0.fault }) {
            problems.append(HealthProblem(.endpoint, subject: "certificate files", since: fault.since, weight: .note, fault.sentence))
        }
        if let objection = pair.objection(at: time.now()) {
            problems.append(
                HealthProblem(.endpoint, subject: "certificate", weight: objection.isRefused ? .trouble : .note, objection.sentence))
        }
        return problems
    }

    /// For a server: TLS 1.2 at least, the certificate anew for each connection.
    func configuration() -> TLSConfiguration {
        let pair = current()
        var tls = TLSConfiguration.makeServerConfiguration(certificateChain: pair.chain, privateKey: pair.key)
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["http/1.1"]
        tls.sslContextCallback = { [self] _, promise in
            let pair = current()
            var shown = NIOSSLContextConfigurationOverride()
            shown.certificateChain = pair.chain
            shown.privateKey = pair.key
            promise.succeed(shown)
        }
        return tls
    }
}
