// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import Foundation
import TestKit
import Testing

/// What the documents point at exists, here and where the package puts them.
@Suite struct DocumentTests {
    @Test func links_leadSomewhere() throws { #expect(try Self.deadLinks(in: Repository.root.path, pages: Self.pages()) == []) }

    @Test func links_leadSomewhere_afterInstallation() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("installed-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }  // Of no consequence: a temporary folder.
        let install = Repository.root.appendingPathComponent("packaging/install").path
        let installing = try await EndedProgram(
            [install, "/bin/true"], environment: ["DESTDIR": folder.path, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
        try #require(installing.status == 0, "\(installing.text)")
        let documents = folder.appendingPathComponent("usr/share/doc/encoder-bridge").path
        let installed = try FileManager.default.subpathsOfDirectory(atPath: documents).filter { $0.hasSuffix(".md") }
        #expect(installed.contains("docs/install.md") && installed.contains("README.md"))
        #expect(try Self.deadLinks(in: documents, pages: installed) == [])
    }

    @Test func testsOfTheThreatModel_exist() throws {
        let names = Set(try Repository.paths(in: "Tests").flatMap { path in [path, (path as NSString).lastPathComponent] })
        let functions = Set(
            try Repository.swiftFiles(in: "Tests").flatMap { $0.text.matches(of: /func (\w+_\w+)\(/).map { String($0.output.1) } })
        let page = try Repository.file("docs/threat-model.md")
        let rows = page.lines.filter { $0.hasPrefix("| ") }
        #expect(rows.count > 15 && page.text.components(separatedBy: "| attacker |").count == 2)
        for row in rows.dropFirst() {
            let cells = row.split(separator: "|")
            #expect(cells.count == 4, "four cells: \(row)")
            let words = (cells.last ?? "").matches(of: /`([^`]+)`/).map { String($0.output.1) }
            #expect(!words.isEmpty, "no test is named: \(row)")
            for word in words where !word.hasPrefix("/") {
                let isThere = functions.contains(word) || names.contains(word) || Repository.exists("Tests/\(word)")
                #expect(isThere, "docs/threat-model.md names the test \(word)")
            }
        }
    }

    @Test func everyProblem_isInTheHTTPPage() throws {
        let catalog = try Repository.file("Sources/LocalEndpoint/Problems/Problem+Catalog.swift").text
        let page = try Repository.file("docs/http-api.md").text
        let names = Set(catalog.matches(of: /Problem\(\s*"([A-Za-z]+)"/).map { String($0.output.1) })
        #expect(names.count > 20)
        for name in names.sorted() { #expect(page.contains("`\(name)`"), "docs/http-api.md lacks the problem \(name)") }
    }

    @Test func capabilitiesOfTheExample_areTheManifests() throws {
        let page = try Repository.file("docs/http-api.md").text
        let example = try #require(page.firstMatch(of: /\{"capabilities":\[([^\]]*)\][^}]*\},"currentJob":null,\s*"driver":"([^"]+)"/))
        let manifest = try #require(DriverCatalog.all.first { $0.name == example.output.2 })
        #expect(String(example.output.1) == manifest.capabilities.map { "\"\($0.rawValue)\"" }.joined(separator: ","))
    }

    private static func pages() throws -> [String] {
        try Repository.allPaths().filter { $0.hasSuffix(".md") && $0 != "hardware-notes/TEMPLATE.md" }
    }

    /// `PAGE: TARGET` for each relative link that leads to nothing.
    private static func deadLinks(in root: String, pages: [String]) throws -> [String] {
        var dead: [String] = []
        for page in pages {
            let text = try String(contentsOfFile: root + "/" + page, encoding: .utf8)
            for match in text.matches(of: /\]\(([^)#\s]+)[^)]*\)/) {
                let target = String(match.output.1)
                guard !target.contains("://"), !target.hasPrefix("mailto:") else { continue }
                let path = URL(fileURLWithPath: root + "/" + page).deletingLastPathComponent().appendingPathComponent(target)
                if !FileManager.default.fileExists(atPath: path.standardizedFileURL.path) { dead.append("\(page): \(target)") }
            }
        }
        return dead
    }
}
