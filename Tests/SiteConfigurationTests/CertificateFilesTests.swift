// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import SiteConfiguration

/// Whether a certificate that was renewed is noticed.
struct CertificateFilesTests {
    /// What some renewal programs do: the same name, as many bytes, and the time of the old file.
    @Test func mark_isAnother_whenTheContentIs_thoughSizeAndTimeAreNot() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("certificates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // a leftover in the temporary folder harms nobody
        let (certificate, key) = (folder.appendingPathComponent("tls.crt"), folder.appendingPathComponent("tls.key"))
        let time = Date(timeIntervalSince1970: 1_796_000_000)
        func write(_ text: String, _ file: URL) throws {
            let handle = try FileHandle(forUpdating: file)
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
            try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: file.path)
        }
        for file in [certificate, key] {
            try Data("before".utf8).write(to: file)
            try write("before", file)
        }
        let tls = EndpointTLS(certificateFile: certificate.path, keyFile: key.path)
        for file in [certificate, key] {
            let before = tls.mark
            #expect(tls.mark == before)
            // The kernel counts this time in ticks: within one and the same tick nothing tells them apart.
            let end = ContinuousClock.now + .seconds(60)
            repeat { try write("behind", file) } while tls.mark == before && ContinuousClock.now < end
            #expect(tls.mark != before)
        }
    }
}
