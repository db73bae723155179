// SPDX-License-Identifier: Apache-2.0
import Doctor
import DriverKit
import Drivers
import PortIO

/// What `--adopt` prints: ready to paste, each part under the command that takes it. Not broken at 80 columns, because a rule is one line.
package enum AdoptionPage {
    package static func text(_ adoption: Adoption, config: String) -> String {
        var lines = ["# 1. In \(config):", adoption.configuration, ""]
        if adoption.configuration.contains("driver: DRIVER") {
            lines.insert("#    DRIVER is one of \(DriverCatalog.all.map(\.name).joined(separator: ", "))", at: 1)
        }
        if let remark = adoption.remark { lines += ["# \(remark)", ""] }
        if !adoption.rule.isEmpty {
            lines += [
                "# 2. The udev rule of this site, which gives the port to the service and keeps ModemManager off it:",
                "sudo tee -a /etc/udev/rules.d/\(RuleFiles.local) <<'END'", adoption.rule, "END",
                "sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=tty --subsystem-match=hidraw", "",
            ]
        }
        lines.append("# \(adoption.rule.isEmpty ? 2 : 3). Then:")
        lines.append(Shell.naming(config, in: "encoder-bridge check && encoder-bridge probe --identify"))
        return lines.joined(separator: "\n")
    }
}
