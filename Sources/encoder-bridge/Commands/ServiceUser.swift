// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import Glibc
import SiteConfiguration

extension ServiceUser {
    /// Gives up root for good, so that what is readable is readable for the service: root reads everything and would find nothing wrong.
    /// Does nothing for other users, and where there is no such user.
    static func become() throws {
        guard geteuid() == 0, let account = getpwnam(SecretFile.serviceUser)?.pointee else { return }
        guard initgroups(SecretFile.serviceUser, account.pw_gid) == 0, setgid(account.pw_gid) == 0,
            setuid(account.pw_uid) == 0
        else {
            complain("this process may not act as the user \(SecretFile.serviceUser): run it as that user")
            throw ExitCode.trouble
        }
    }
}
