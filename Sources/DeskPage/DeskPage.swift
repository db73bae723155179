// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Mustache

/// The page for the desk: what a clerk must do now, and what a technician must know. Pure: facts in, HTML out. The shell is the same for
/// everyone and holds no data; board and technician's view are pieces that the shell's script fetches again whenever something happens.
public struct DeskPage: Sendable {
    private let words: Words
    private let library: MustacheLibrary

    /// - Throws: what is wrong with a template; a test renders them all.
    public init(words: Words) throws {
        self.words = words
        var library = MustacheLibrary()
        for (name, bytes) in [
            ("shell", PackageResources.shell_mustache), ("board", PackageResources.board_mustache),
            ("technician", PackageResources.technician_mustache),
        ] {
            library.register(try MustacheTemplate(string: String(decoding: bytes, as: UTF8.self)), named: name)
        }
        self.library = library
    }

    public static var style: [UInt8] { PackageResources.desk_css }
    public static var script: [UInt8] { PackageResources.desk_js }

    /// The whole page without data.
    public func shell(encoders: [EncoderName]) -> String {
        struct Shell {
            var words: [String: String]
            var encoders: [String]
        }
        return library.render(Shell(words: PageWords.all(words), encoders: encoders.map(\.text)), withTemplate: "shell") ?? ""
    }

    /// What the clerk sees, without the page around it.
    public func board(_ facts: DeskFacts) -> String { library.render(BoardView(facts, words), withTemplate: "board") ?? "" }

    /// What the technician sees, without the page around it.
    public func technician(_ facts: DeskFacts) -> String { library.render(TechnicianView(facts), withTemplate: "technician") ?? "" }
}
