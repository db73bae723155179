// SPDX-License-Identifier: Apache-2.0
import Foundation
import LocalEndpoint
import SiteConfiguration

extension EndpointTLS {
    /// Certificate and key as the service reads them. Throws a sentence that says which file is meant and what to do.
    package func pair() throws -> CertificatePair {
        let certificate = try certificate()
        let key = try key()
        do {
            return try CertificatePair(certificate: certificate, key: key)
        } catch {
            throw EndpointFault("\(certificateFile) and \(keyFile): \(error)")
        }
    }

    /// What `check` has against the files: of a problem clerks hear, a note gives time.
    package func objections(at now: Date = Date()) -> [(isNote: Bool, message: String)] {
        do {
            return try pair().objection(at: now).map { [(!$0.isRefused, $0.sentence)] } ?? []
        } catch {
            return [(false, "\(error)")]
        }
    }
}
