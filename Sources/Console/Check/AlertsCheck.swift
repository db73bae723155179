// SPDX-License-Identifier: Apache-2.0
import Foundation
import SiteConfiguration

extension AlertSettings {
    /// What `check` has against what alerts need: files of secrets, and the program that takes mail.
    package func objections() -> [(key: String, message: String)] {
        var found: [(key: String, message: String)] = []
        if let webhook {
            do { _ = try webhook.read() } catch { found.append(("alerts.webhook", "\(error)")) }
        }
        if let mail, access(mail.program, X_OK) != 0 {
            found.append(
                (
                    "alerts.mail",
                    "\(mail.program) is not there, or the service's user may not run it: `sudo apt install msmtp-mta` (docs/install.md), or "
                        + "name another one in sendmail"
                ))
        }
        return found
    }
}
