// SPDX-License-Identifier: Apache-2.0
import Yams

/// A YAML document as far as a configuration needs it: maps, scalars as text, and where each was written.
struct YAMLTree {
    enum Content {
        case scalar(String)
        case map([Entry])
        case list([YAMLTree])
        /// `key:` with nothing behind it.
        case nothing
    }

    struct Entry {
        var key: String
        var place: ConfigurationProblem.Place
        var value: YAMLTree
    }

    var content: Content
    var place: ConfigurationProblem.Place

    /// No configuration is larger; a file that is was named by mistake.
    static let largestFile = 262_144
    private static let mostNodes = 20_000
    private static let deepest = 32

    /// Throws when the text is no YAML document at all, with the place where reading stopped.
    static func parse(_ text: String, file: String) throws(ConfigurationProblem) -> YAMLTree {
        guard text.utf8.count <= largestFile else {
            throw ConfigurationProblem(.wholeFile(file), key: "", "this file is too large for a configuration: name another one")
        }
        do {
            guard let root = try Yams.compose(yaml: text) else { return YAMLTree(content: .nothing, place: .wholeFile(file)) }
            var budget = mostNodes
            return try tree(root, file: file, depth: 0, budget: &budget)
        } catch let problem as ConfigurationProblem {
            throw problem
        } catch let error as YamlError {
            throw problem(error, file: file)
        } catch {
            throw ConfigurationProblem(.wholeFile(file), key: "", "this file cannot be read as YAML: \(error)")
        }
    }

    /// Aliases are followed, within bounds: a few lines of them can stand for billions of values.
    private static func tree(_ node: Node, file: String, depth: Int, budget: inout Int) throws(ConfigurationProblem) -> YAMLTree {
        let place = place(of: node, file: file)
        budget -= 1
        guard depth <= deepest, budget >= 0 else {
            throw ConfigurationProblem(place, key: "", "too much or too deeply nested for a configuration: write it without aliases")
        }
        switch node {
        case .scalar(let scalar):
            let isNothing = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            return YAMLTree(content: isNothing ? .nothing : .scalar(scalar.string), place: place)
        case .mapping(let mapping):
            var entries: [Entry] = []
            for (key, value) in mapping {
                guard case .scalar(let name) = key else {
                    throw ConfigurationProblem(Self.place(of: key, file: file), key: "", "a key must be a plain word")
                }
                entries.append(
                    Entry(
                        key: name.string, place: Self.place(of: key, file: file),
                        value: try tree(value, file: file, depth: depth + 1, budget: &budget)))
            }
            return YAMLTree(content: .map(entries), place: place)
        case .sequence(let sequence):
            var items: [YAMLTree] = []
            for item in sequence { items.append(try tree(item, file: file, depth: depth + 1, budget: &budget)) }
            return YAMLTree(content: .list(items), place: place)
        case .alias:
            return YAMLTree(content: .list([]), place: place)
        }
    }

    private static func place(of node: Node, file: String) -> ConfigurationProblem.Place {
        node.mark.map { .file(file, line: $0.line, column: $0.column) } ?? .wholeFile(file)
    }

    private static func problem(_ error: YamlError, file: String) -> ConfigurationProblem {
        switch error {
        case .scanner(_, let problem, let mark, let yaml), .parser(_, let problem, let mark, let yaml),
            .composer(_, let problem, let mark, let yaml):
            let line = yaml.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(mark.line - 1).first ?? ""
            let advice = line.contains("\t") ? "use spaces here, not tabs" : "check indentation, colons and quotes here and just above"
            return ConfigurationProblem(
                .file(file, line: mark.line, column: mark.column), key: "", "this is not YAML (\(problem)): \(advice)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            return ConfigurationProblem(
                .file(file, line: context.mark.line, column: context.mark.column), key: duplicates.joined(separator: ", "),
                "written twice in the same section: keep one")
        case .reader(let problem, _, _, _):
            return ConfigurationProblem(.wholeFile(file), key: "", "this file is not text in UTF-8 (\(problem)): save it as UTF-8")
        default:
            return ConfigurationProblem(.wholeFile(file), key: "", "this file cannot be read as YAML (\(error))")
        }
    }
}
