// SPDX-License-Identifier: Apache-2.0
import Doctor
import DriverKit
import Drivers
import PortIO

/// What `--adopt` prints: ready to paste, each part under the command that takes it. Not broken at 80 columns, because a rule is one line.
package enum AdoptionPage {
    package static func text(_ adoption: Adoption, config: String) -> String {
        var lines = ["# 1. In \(config):", adoption.configuration, ""]
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

    /// Nothing tells what hangs on the port: the same command for each driver that speaks over such a port, and nothing to paste.
    package static func question(_ port: PortFacts, name: String, config: String) -> String {
        let command = ["encoder-bridge", "probe", Shell.quoted(port.port.address), "--adopt", "--name", Shell.quoted(name), "--driver"]
        let drivers = DriverCatalog.all.filter { $0.ports.contains(port.port.kind) }
        let lines = drivers.map { Shell.naming(config, in: (command + [$0.name]).joined(separator: " ")) + "    # \($0.title)" }
        return (["# Nothing on this machine tells what hangs on \(port.port.address). Say it, with one of:"] + lines).joined(
            separator: "\n")
    }
}
