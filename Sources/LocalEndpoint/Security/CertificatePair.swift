// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOSSL

/// A certificate with its chain and the key that belongs to it. One that exists can be used; whether its time is right is another question.
public struct CertificatePair: Sendable {
    let chain: [NIOSSLCertificateSource]
    let key: NIOSSLPrivateKeySource
    /// The time in which every certificate of the chain is valid.
    public let begins: Date
    public let ends: Date

    /// How long before its end a certificate is said to run out: two weeks are enough to have one made by people, and
    /// a program that renews certificates by itself (at 30 days, as most do) has failed for two weeks by then.
    public static let warning: TimeInterval = 14 * 86_400

    /// - Parameters:
    ///   - certificate: PEM, the endpoint's own certificate first.
    ///   - key: PEM, without a passphrase. Nothing of it stands in any fault.
    public init(certificate: String, key: String) throws(EndpointFault) {
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
        } catch {
            throw EndpointFault("this is no certificate in PEM: it begins with -----BEGIN CERTIFICATE-----")
        }
        guard !certificates.isEmpty else {
            throw EndpointFault("there is no certificate in it: it begins with -----BEGIN CERTIFICATE-----")
        }
        let privateKey: NIOSSLPrivateKey
        do {
            privateKey = try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
        } catch {
            throw EndpointFault("the key is no private key in PEM, or has a passphrase: `openssl pkey -in FILE` prints it without one")
        }
        chain = certificates.map { .certificate($0) }
        self.key = .privateKey(privateKey)
        begins = certificates.map { Date(timeIntervalSince1970: TimeInterval($0.notValidBefore)) }.max() ?? .distantFuture
        ends = certificates.map { Date(timeIntervalSince1970: TimeInterval($0.notValidAfter)) }.min() ?? .distantPast
        do {
            _ = try NIOSSLContext(configuration: .makeServerConfiguration(certificateChain: chain, privateKey: self.key))
        } catch {
            throw EndpointFault(
                "certificate and key do not belong together: write the two files of one certificate, its own first in the chain")
        }
    }

    /// What is wrong with its time: browsers refuse it already, or will soon.
    public func objection(at now: Date) -> (isRefused: Bool, sentence: String)? {
        if now < begins {
            return (
                true, "the certificate is valid from \(InternetTime.text(begins)) only: look at this machine's clock, or have it made again"
            )
        }
        if now >= ends {
            return (true, "the certificate ran out on \(InternetTime.text(ends)): browsers refuse the page; put a new one into its file")
        }
        guard ends.timeIntervalSince(now) < Self.warning else { return nil }
        let days = Int(ends.timeIntervalSince(now) / 86_400)
        return (
            false,
            "the certificate runs out on \(InternetTime.text(ends)), in \(days) day\(days == 1 ? "" : "s"): put a new one into its file, "
                + "no restart is needed"
        )
    }
}
