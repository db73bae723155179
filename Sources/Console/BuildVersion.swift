// SPDX-License-Identifier: Apache-2.0
import CBuild

/// Which sources this program was built from.
package enum BuildVersion {
    /// The release and the commit.
    package static let text: String = {
        let commit = String(cString: build_commit())
        return String(cString: build_version()) + (commit.isEmpty ? " (development build)" : " (\(commit))")
    }()
}
