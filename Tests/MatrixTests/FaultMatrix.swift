// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

@testable import Simulators

/// docs/fault-matrix.md: what every fault of every simulated family comes to.
struct FaultMatrix {
    var cells: [MatrixCell]

    /// A few at a time: each waits for silence, and silence on a busy machine says little.
    static func play() async throws -> FaultMatrix {
        let wanted = MatrixFamily.all.flatMap { family in family.faults.map { (family, $0) } }
        var cells: [MatrixCell?] = Array(repeating: nil, count: wanted.count)
        try await withThrowingTaskGroup(of: (Int, MatrixCell).self) { group in
            var next = 0
            func begin() {
                guard next < wanted.count else { return }
                let (place, family, fault) = (next, wanted[next].0, wanted[next].1)
                next += 1
                group.addTask { (place, try await MatrixCell.play(family, fault)) }
            }
            for _ in 0..<6 { begin() }
            while let (place, cell) = try await group.next() {
                cells[place] = cell
                begin()
            }
        }
        return FaultMatrix(cells: cells.compactMap(\.self))
    }

    var markdown: String {
        var lines = [
            "<!-- SPDX-License-Identifier: Apache-2.0 -->",
            "<!-- Made by `make generate` from simulators, drivers, session and queue in virtual time. Do not edit. -->",
            "# What each fault comes to",
            "",
            "One key (two for `sameCard`) for room 101 on an encoder `front-desk` that does one thing wrong, always (`encoder-bridge simulate DRIVER --fault NAME`), with the",
            "defaults of the product. Played by the daemon's own queue, session and driver against each family's simulator; a test keeps the page true,",
            "and that no row takes more than 20 s from the prompt. **after**: from the prompt (\"put a card on\") to the end; *order*: from the order,",
            "where nobody was asked for a card. Advice and codes: [faults.md](faults.md).",
            "",
            "Left out: what stands between the bridge and a device and is a program or a kernel (pcscd, sockets, USB), several encoders on one link of",
            "a lock server, and lock servers over TCP, which differ from the serial line by check bytes and ACK alone. Those are played by",
            "`EndToEndTests` and on a real kernel. Of the profiles of `generic-stx-etx` no list of codes is public for Visionline: its are invented.",
            "",
        ]
        for family in MatrixFamily.all {
            lines += [
                "## \(family.title)", "", "| fault | end | after | the clerk reads | the technician reads |", "|---|---|---|---|---|",
            ]
            lines += cells.filter { $0.title == family.title }.map(\.row)
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }
}

extension MatrixCell {
    var row: String {
        let seconds = String(Int((took / .seconds(1)).rounded()))
        let after = "\(seconds) s" + (hadPrompt ? "" : " *order*")
        guard let job else { return "| `\(fault.rawValue)` | waits | over \(after) | | |" }
        let clerk = (job.fault.map { [$0.advice] } ?? ["\(job.copiesDone) key\(job.copiesDone == 1 ? "" : "s") cut."] + job.remarks).joined(
            separator: " ")
        let technician = job.fault.map { fault in
            "`\(fault.kind.code)`" + (fault.detail.map { " (\($0))" } ?? "")
                + ", card \(fault.card.rawValue): \(fault.kind.technicianAdvice)"
        }
        return "| `\(fault.rawValue)` | \(job.state.rawValue) | \(after) | \(Self.cell(clerk)) | \(Self.cell(technician ?? "")) |"
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|").replacing("\n", with: " ") }
}
