// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A scalar and where it came from.
struct Scalar {
    var text: String
    var place: ConfigurationProblem.Place
    var key: String
}

/// One map of the configuration, with the environment over it. A section that is not in the file is empty but can still be
/// filled by the environment.
struct Section {
    /// From the root: `["encoders", "front-desk"]`.
    let path: [String]
    let place: ConfigurationProblem.Place
    /// Whether the file has it, with something in it.
    let isPresent: Bool
    private let entries: [YAMLTree.Entry]
    let log: ProblemLog

    init(root: YAMLTree, log: ProblemLog) {
        self.init(path: [], tree: root, log: log)
    }

    private init(path: [String], tree: YAMLTree, log: ProblemLog) {
        self.path = path
        self.log = log
        place = tree.place
        switch tree.content {
        case .map(let entries):
            self.entries = entries
            isPresent = true
        case .nothing:
            entries = []
            isPresent = false
        case .scalar, .list:
            entries = []
            isPresent = true
            log.report(tree.place, path, "write a section here: keys with their values, one on each line below, indented")
        }
    }

    var keys: [String] { entries.map(\.key) }

    func key(_ name: String) -> String { (path + [name]).joined(separator: ".") }

    /// Where a key of this section is written; the section itself if it is not.
    func place(of name: String) -> ConfigurationProblem.Place { entry(name)?.place ?? place }

    func section(_ name: String) -> Section {
        Section(path: path + [name], tree: entry(name)?.value ?? YAMLTree(content: .nothing, place: place), log: log)
    }

    /// The value of a key, the environment's before the file's; `nil` if neither has it.
    func scalar(_ name: String) -> Scalar? {
        let variable = EnvironmentName.of(path + [name])
        if let text = log.environment[variable] {
            log.use(variable)
            return Scalar(text: text, place: .environment(variable), key: key(name))
        }
        guard let entry = entry(name) else { return nil }
        switch entry.value.content {
        case .scalar(let text):
            return Scalar(text: text, place: entry.value.place, key: key(name))
        case .nothing:
            log.report(entry.place, path + [name], "has no value: write one, or leave the key out")
        case .map, .list:
            log.report(entry.value.place, path + [name], "write one value here, not a section or a list")
        }
        return nil
    }

    /// The words of a list, `[a, b]`; one word alone is a list of one. The environment separates them by commas. `nil`: not written, or
    /// not a list (reported).
    func list(_ name: String) -> [Scalar]? {
        let variable = EnvironmentName.of(path + [name])
        if let text = log.environment[variable] {
            log.use(variable)
            return text.split(separator: ",").map {
                Scalar(text: $0.trimmingCharacters(in: .whitespaces), place: .environment(variable), key: key(name))
            }
        }
        guard let entry = entry(name) else { return nil }
        guard case .list(let items) = entry.value.content else { return scalar(name).map { [$0] } }
        var words: [Scalar] = []
        for item in items {
            guard case .scalar(let text) = item.content else {
                log.report(item.place, path + [name], "write plain words in this list, such as [10.0.0.5, 10.0.0.6]")
                return nil
            }
            words.append(Scalar(text: text, place: item.place, key: key(name)))
        }
        return words
    }

    /// Reports keys that are not among those known, with the one that was probably meant.
    func refuseUnknown(besides known: [String]) {
        for entry in entries where !known.contains(entry.key) {
            let advice =
                NearMiss.of(entry.key, among: known).map { "did you mean '\($0)'?" } ?? "known here: \(known.joined(separator: ", "))"
            log.report(entry.place, path + [entry.key], "this key is not known: \(advice)")
        }
    }

    private func entry(_ name: String) -> YAMLTree.Entry? { entries.first { $0.key == name } }
}

/// Problems as they are found, and which variables of the environment were used. Lives for one reading, on one thread.
final class ProblemLog {
    let environment: [String: String]
    private(set) var problems: [ConfigurationProblem] = []
    private var used: Set<String> = []

    init(environment: [String: String]) { self.environment = environment }

    func report(_ place: ConfigurationProblem.Place, _ path: [String], _ message: String) {
        add(ConfigurationProblem(place, key: path.joined(separator: "."), message))
    }

    func report(_ scalar: Scalar, _ message: String) {
        add(ConfigurationProblem(scalar.place, key: scalar.key, message))
    }

    /// A key that is looked at twice is reported once.
    private func add(_ problem: ConfigurationProblem) {
        if !problems.contains(problem) { problems.append(problem) }
    }

    func use(_ variable: String) { used.insert(variable) }

    /// Variables that look like keys of this file and are none.
    func refuseUnusedVariables(of sections: [String]) {
        let known = sections.map { EnvironmentName.of([$0]) + "_" }
        for name in environment.keys.sorted() where known.contains(where: { name.hasPrefix($0) }) && !used.contains(name) {
            add(
                ConfigurationProblem(
                    .environment(name), key: "", "this variable stands for no key: names of encoders and settings must be in the file first"
                ))
        }
    }
}

/// How a key is named in the environment.
enum EnvironmentName {
    static let prefix = "ENCODER_BRIDGE"

    /// `["connector", "mews", "webSocket"]` is `ENCODER_BRIDGE_CONNECTOR_MEWS_WEB_SOCKET`; what is no letter or digit becomes `_`.
    static func of(_ path: [String]) -> String {
        ([prefix] + path.map(upperSnake)).joined(separator: "_")
    }

    private static func upperSnake(_ word: String) -> String {
        var name = ""
        var wasLower = false
        for letter in word.unicodeScalars {
            let isUpper = ("A"..."Z").contains(letter)
            if isUpper, wasLower { name += "_" }
            wasLower = ("a"..."z").contains(letter) || ("0"..."9").contains(letter)
            name += isUpper || wasLower ? String(letter).uppercased() : "_"
        }
        return name
    }
}
