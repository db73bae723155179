// SPDX-License-Identifier: Apache-2.0
import Console
import Doctor
import EncoderModel
import PortIO

/// `probe` for people: first what is in the way and the commands that take it away, then every port. 80 columns.
package struct ProbeScreen {
    let ink: Ink

    package init(_ ink: Ink = .plain) { self.ink = ink }

    package func text(_ look: Look) -> String {
        let diagnosis = look.diagnosis
        let findings = diagnosis.findings
        let rows = ProbeRow.rows(look).filter { $0.kind != nil }
        var blocks: [String] = []
        if let remark = look.remark { blocks.append(ink(.warn, wrapped(remark, indent: 0))) }
        if findings.isEmpty {
            blocks.append(ink(.good, rows.isEmpty ? "" : "Nothing is in the way."))
        } else {
            blocks.append(findings.enumerated().map { item($0.element, number: $0.offset + 1) }.joined(separator: "\n"))
        }
        if rows.isEmpty {
            blocks.append("No port is there for an encoder: is the cable in, and the adapter's light on?")
        }
        blocks += rows.map { row in
            port(
                row, numbers: findings.indices.filter { findings[$0].port == row.address }.map { $0 + 1 },
                seesAll: look.machine.caller.user == 0)
        }
        if let hint = hint(look) { blocks.append(ink(.dim, wrapped(hint, indent: 0))) }
        return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    // MARK: Findings

    private func item(_ finding: Finding, number: Int) -> String {
        let mark =
            switch finding.weight {
            case .blocks: ink(.bad, "\(number)!")
            case .risk: ink(.warn, "\(number)?")
            case .note: "\(number)."
            }
        let pad = number < 10 ? " " : ""
        let sentence = pad + mark + " " + wrapped(finding.sentence, indent: 4)
        return ([sentence] + finding.commands.flatMap { ShellText.lines($0, indent: 8) }.map { ink(.strong, $0) }).joined(separator: "\n")
    }

    // MARK: Ports

    /// - Parameters:
    ///   - numbers: those of its findings above.
    ///   - seesAll: whether the caller may look into every program.
    private func port(_ row: ProbeRow, numbers: [Int], seesAll: Bool) -> String {
        let nobody = seesAll ? "held by nobody" : "held by nobody that this user can see"
        let title = ([row.encoder, row.driver].compactMap(\.self)).joined(separator: ", ")
        let worst = row.findings.map(\.weight)
        let see = "see \(numbers.map(String.init).joined(separator: ", "))"
        let state =
            worst.contains("blocks") ? ink(.bad, see) : !worst.isEmpty ? ink(.warn, see) : row.encoder == nil ? "" : ink(.good, "ok")
        var lines = [[ink(.strong, row.address), title, state].filter { !$0.isEmpty }.joined(separator: "  ")]
        func add(_ label: String, _ text: String?) {
            guard let text, !text.isEmpty else { return }
            lines.append("    " + ink(.dim, label.padded(10)) + wrapped(text, indent: 14))
        }
        let chip = [row.usb, row.product ?? row.chip, row.kernelDriver.map { "(kernel driver \($0))" }].compactMap(\.self)
        add("device", chip.joined(separator: " "))
        for link in row.links.sorted(by: { Self.order($0) < Self.order($1) }).prefix(3) {
            let folder = link.contains("/serial/by-id/") ? "by-id" : link.contains("/serial/by-path/") ? "by-path" : nil
            add(folder ?? "name", folder == nil ? link : link.split(separator: "/").last.map(String.init))
        }
        add("identity", row.identity)
        add("driver", "\(row.driver ?? "none"): \(row.reason ?? "")")
        if row.encoder == nil { add("match", row.match) }
        let access = [
            row.access, row.holder.map { "held by \($0)" } ?? (row.access == nil ? nil : nobody),
        ]
        add("access", access.compactMap(\.self).joined(separator: ", "))
        add("udev", row.rule)
        add("latency", row.latencyTimer.map { "\($0) ms timer in the adapter" })
        add("answer", row.answer)
        return lines.joined(separator: "\n")
    }

    private static func order(_ link: String) -> String {
        (link.contains("/by-id/") ? "0" : link.contains("/by-path/") ? "1" : "2") + link
    }

    private func hint(_ look: Look) -> String? {
        let asked = look.encoders.contains { $0.dialogue != .notAsked }
        if look.encoders.isEmpty || asked { return nil }
        return "No byte was sent. `encoder-bridge probe --identify` asks each configured encoder who it is."
    }
}
