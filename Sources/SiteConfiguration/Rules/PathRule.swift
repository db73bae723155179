// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Paths: relative ones start from the folder of the configuration, so a site's files can be moved together.
struct PathRule {
    var folder: String

    /// `nil` after a problem was reported.
    func path(_ scalar: Scalar, _ log: ProblemLog) -> String? {
        if scalar.text.isEmpty || scalar.text.utf8.contains(0) || scalar.text.utf8.count > 4_000 {
            log.report(scalar, "write the path of a file")
            return nil
        }
        return absolute(scalar.text)
    }

    /// Like ``path(_:_:)``; `credential:NAME` of systemd stays as it is.
    func secret(_ scalar: Scalar, _ log: ProblemLog) -> String? {
        guard scalar.text.hasPrefix(SecretFile.credentialPrefix) else {
            guard let path = path(scalar, log) else { return nil }
            if SecretLikeness.isSecret(scalar.text, resolved: path) {
                log.report(
                    scalar,
                    "this looks like the secret itself: put it into a file of mode 0600 and write the file's path here; "
                        + "whoever could read this configuration knows it, so have it changed")
                return nil
            }
            return path
        }
        guard SecretFile.credentialName(scalar.text) != nil else {
            log.report(scalar, "write credential: and the name of a systemd credential, without slashes")
            return nil
        }
        return scalar.text
    }

    private func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        return URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: folder, isDirectory: true)).standardizedFileURL.path
    }
}
