// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Manual pages from the commands: one for the program, one for each of its commands (`man encoder-bridge-replay`).
struct ManualPage {
    let name: String
    let text: String

    static func all(of tree: CommandTree) -> [ManualPage] {
        let program = tree.command.commandName
        let commands = tree.subcommands
        let list = commands.map { ".TP\n.B \(escaped($0.commandName))\n\(line($0.abstract))" }.joined(separator: "\n")
        let pages = commands.map { command in
            page("\(program)-\(command.commandName)", [program, command.commandName], command, more: [], seeAlso: [program])
        }
        let top = page(
            program, [program], tree.command, more: [".SH COMMANDS\n" + list + "\n.PP\nEach has a page of its own."],
            seeAlso: commands.map { "\(program)-\($0.commandName)" })
        return [top] + pages
    }

    private static func page(
        _ name: String, _ words: [String], _ command: CommandTree.Command, more: [String], seeAlso: [String]
    ) -> ManualPage {
        let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
        let paragraphs = (command.discussion ?? "").components(separatedBy: "\n\n")
        let exit = paragraphs.first { $0.hasPrefix(exitMark) }
        let description = ([line(command.abstract)] + paragraphs.filter { $0 != exit && !$0.isEmpty }.map(paragraph)).joined(
            separator: "\n.PP\n")
        var sections = [
            ".\\\" Made by `make generate` from the commands: change it there.",
            ".TH \(name.uppercased()) 1 \"\" \"encoder-bridge\" \"Hotel key-card encoders\"",
            ".SH NAME\n\(escaped(name)) \\- \(line(command.abstract?.asPhrase))",
            ".SH SYNOPSIS\n" + synopsis(words, arguments, hasCommands: !(command.subcommands ?? []).isEmpty),
            ".SH DESCRIPTION\n" + description,
        ]
        sections += more
        sections.append(".SH OPTIONS\n" + arguments.map(option).joined(separator: "\n"))
        if let exit { sections.append(".SH EXIT STATUS\n" + statuses(exit)) }
        sections.append(".SH SEE ALSO\n" + seeAlso.map { ".BR \(escaped($0)) (1)" }.joined(separator: ",\n"))
        return ManualPage(name: name + ".1", text: sections.joined(separator: "\n") + "\n")
    }

    private static let exitMark = "Exit status"

    private static func synopsis(_ words: [String], _ arguments: [CommandTree.Argument], hasCommands: Bool) -> String {
        let parts = arguments.map { argument -> String in
            let value = "\\fI\(escaped(argument.valueName ?? "value"))\\fR"
            let name = argument.names?.first { $0.kind == "long" }.map { "\\fB\(escaped($0.text))\\fR" } ?? ""
            let plain =
                switch argument.kind {
                case .positional: value
                case .option: name + " " + value
                case .flag: name
                }
            let repeated = argument.isRepeating ? plain + " ..." : plain
            return argument.isOptional ? "[\(repeated)]" : repeated
        }
        let command = hasCommands ? ["\\fIcommand\\fR"] : []
        return ".B \(escaped(words.joined(separator: " ")))\n" + (command + parts).joined(separator: "\n")
    }

    private static func option(_ argument: CommandTree.Argument) -> String {
        let names = (argument.names ?? []).map { "\\fB\(escaped($0.text))\\fR" }.joined(separator: ", ")
        let value = argument.kind == .flag ? "" : "\\fI\(escaped(argument.valueName ?? "value"))\\fR"
        let label = [names, value].filter { !$0.isEmpty }.joined(separator: " ")
        let preset = argument.defaultValue.map { " Default: \(escaped($0))." } ?? ""
        return ".TP\n\(label)\n\(line(argument.abstract ?? ""))\(preset)"
    }

    /// `Exit status: 0 well; 1 not ...` as a list.
    private static func statuses(_ paragraph: String) -> String {
        let text = paragraph.drop { $0 != ":" }.dropFirst().replacing("\n", with: " ")
        let entries = text.split(separator: /[,;] (?=[0-9]+ )/)
        return entries.map { entry in
            let words = entry.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { return line(String(entry)) }
            let meaning = words[1].hasSuffix(".") ? words[1].dropLast() : words[1]
            return ".TP\n.B \(words[0])\n\(line(String(meaning)))"
        }.joined(separator: "\n")
    }

    /// Indented lines stand as they are, others flow.
    private static func paragraph(_ text: String) -> String {
        var lines: [String] = []
        var isPlain = false
        for row in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let indented = row.hasPrefix("  ")
            if indented != isPlain { lines.append(indented ? ".nf" : ".fi") }
            isPlain = indented
            lines.append(line(String(row)))
        }
        return (lines + (isPlain ? [".fi"] : [])).joined(separator: "\n")
    }

    /// A line of text that roff does not take for a request.
    private static func line(_ text: String?) -> String {
        let text = escaped(text ?? "")
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq").replacing("`", with: "\\(ga")
    }
}

extension String {
    /// Without capital and full stop. A name stays as it is: PMS, USB.
    fileprivate var asPhrase: String {
        let text = hasSuffix(".") ? String(dropLast()) : self
        return text.dropFirst().first?.isUppercase == true ? text : text.prefix(1).lowercased() + text.dropFirst()
    }
}
