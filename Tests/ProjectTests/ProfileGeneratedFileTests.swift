// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The profiles of the generic driver are files for people; the program carries a copy that `make generate` makes.
@Suite struct ProfileGeneratedFileTests {
    private static let folder = "Sources/Drivers/GenericStxEtx/"

    @Test func embeddedProfiles_areWhatTheFilesSay() throws {
        let path = Self.folder + "EmbeddedProfiles.swift"
        let text = try Self.text()
        // `make generate` sets this: then the file is written instead of compared.
        if ProcessInfo.processInfo.environment["ENCODER_BRIDGE_GENERATE"] != nil {
            try Data(text.utf8).write(to: Repository.root.appendingPathComponent(path))
            return
        }
        let kept = Repository.exists(path) ? try Repository.file(path).text : ""
        if kept != text { Issue.record("\(path) is not what the profiles say: run `make generate` and commit the file") }
    }

    private static func text() throws -> String {
        var text = """
            // SPDX-License-Identifier: Apache-2.0
            // swift-format-ignore-file

            /// The files of Profiles/ without their comments. Made by `make generate`: change the files, not this.
            enum EmbeddedProfiles {
                static let texts: [(name: String, text: String)] = [

            """
        for path in try Repository.paths(in: folder + "Profiles") where path.hasSuffix(".yaml") {
            let file = try Repository.file(path)
            let name = file.path.split(separator: "/").last?.dropLast(5) ?? ""
            text += "        (\n            \"\(name)\",\n            ##\"\"\"\n"
            for line in file.lines where !line.isEmpty && !line.hasPrefix("#") { text += "            \(line)\n" }
            text += "            \"\"\"##\n        ),\n"
        }
        return text + "    ]\n}\n"
    }
}
