// SPDX-License-Identifier: Apache-2.0
import NIOSSL

/// Certificates that a site trusts besides those of the system: of a proxy that opens TLS.
public enum TrustRoots {
    /// A sentence on what is wrong with the file, for `check`; `nil`: it holds certificates.
    public static func objection(to path: String) -> String? {
        let advice = "put the proxy's certificate there in PEM form (-----BEGIN CERTIFICATE-----), readable by the bridge's user"
        do {
            return try NIOSSLCertificate.fromPEMFile(path).isEmpty ? "there is no certificate in \(path): \(advice)" : nil
        } catch {
            return "\(path) cannot be read as certificates: \(advice)"
        }
    }
}

extension TLSConfiguration {
    /// A client's: the system's certificates, and those of a file besides.
    static func trusting(_ file: String?) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        // Older ones are broken (RFC 8996), and tokens would go through them.
        configuration.minimumTLSVersion = .tlsv12
        if let file { configuration.additionalTrustRoots = [.file(file)] }
        return configuration
    }
}
