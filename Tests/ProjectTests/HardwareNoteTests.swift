// SPDX-License-Identifier: Apache-2.0
import Doctor
import DriverKit
import Drivers
import Ports
import Testing

/// The pages in hardware-notes/ say what the drivers say.
@Suite struct HardwareNoteTests {
    @Test(arguments: DriverCatalog.all.map(\.name)) func frontMatter_isWhatTheManifestSays(driver: String) throws {
        guard let manifest = DriverCatalog.manifest(named: driver), Repository.exists("hardware-notes/\(manifest.hardwareNote)") else {
            return  // DriverProofTests says so.
        }
        let path = "hardware-notes/\(manifest.hardwareNote)"
        let page = try Repository.file(path).text
        guard let front = NoteFrontMatter(page: page) else {
            Issue.record(
                "\(path): begin it with its front matter, as hardware-notes/TEMPLATE.md shows:\n\(NoteFrontMatter.block(for: manifest))")
            return
        }
        #expect(front.lines.map(\.key) == NoteFrontMatter.keys, "\(path): these keys, in this order")
        for line in NoteFrontMatter.expected(of: manifest) where front.text(of: line.key) != line.text {
            Issue.record("\(path): write `\(line.key): \(line.text)`, as the driver's manifest says")
        }
        for line in front.lines where line.text.isEmpty || line.text == "WRITE THIS" {
            Issue.record("\(path): say something of '\(line.key)'")
        }
        if let folder = front.text(of: "transcripts"), !Repository.exists(folder) { Issue.record("\(path): there is no \(folder)") }
    }

    @Test func template_hasTheKeys() throws {
        let front = NoteFrontMatter(page: try Repository.file("hardware-notes/TEMPLATE.md").text)
        #expect(front?.lines.map(\.key) == NoteFrontMatter.keys)
    }

    @Test func everyPage_belongsToADriverOrIsNamedInTheIndex() throws {
        let known = Set(DriverCatalog.all.map(\.hardwareNote)).union(["README.md"])
        let index = HardwareIndex.markdown(for: DriverCatalog.all)
        for path in try Repository.paths(in: "hardware-notes") where path.hasSuffix(".md") {
            let name = String(path.dropFirst("hardware-notes/".count))
            if !known.contains(name), !index.contains("(\(name))") {
                Issue.record("\(path): no driver names it and the index has no link to it")
            }
        }
    }

    @Test func models_claimNoBareSerialChip() {
        for manifest in DriverCatalog.all {
            for model in manifest.models {
                for id in model.usb {
                    if let chip = SerialBridgeChip.named(id) {
                        Issue.record(
                            "driver \(manifest.name), \(model.name): \(id) is a \(chip.name), which may hang on anything: take it out")
                    }
                }
            }
        }
    }
}
