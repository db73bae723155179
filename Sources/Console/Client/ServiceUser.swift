// SPDX-License-Identifier: Apache-2.0
import Glibc
import SiteConfiguration

/// The user that the service runs as.
package enum ServiceUser {
    /// `nil` where the package is not installed.
    package static var uid: uid_t? { getpwnam(SecretFile.serviceUser)?.pointee.pw_uid }
}
