// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A certificate that has signed itself, and its key, as files, made by openssl.
public struct OwnCertificate: Sendable {
    private let folder: URL
    public var certificate: String { folder.appendingPathComponent("certificate.pem").path }
    public var key: String { folder.appendingPathComponent("key.pem").path }

    public struct NotMade: Error {}

    /// - Parameter days: for how long it is valid from now on.
    public init(names: String = "DNS:localhost,IP:127.0.0.1", days: Int = 90) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("certificate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "\(days)", "-subj",
            "/CN=encoder-bridge test", "-addext", "subjectAltName=\(names)", "-keyout", key, "-out", certificate,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        guard openssl.terminationStatus == 0 else { throw NotMade() }
    }

    public func texts() throws -> (certificate: String, key: String) {
        (try String(contentsOfFile: certificate, encoding: .utf8), try String(contentsOfFile: key, encoding: .utf8))
    }

    /// Puts another one's files over these.
    public func become(_ other: OwnCertificate) throws {
        for (old, new) in [(certificate, other.certificate), (key, other.key)] {
            try Data(contentsOf: URL(fileURLWithPath: new)).write(to: URL(fileURLWithPath: old), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: old)
        }
    }

    public func remove() { try? FileManager.default.removeItem(at: folder) }  // a leftover in the temporary folder harms nobody
}
