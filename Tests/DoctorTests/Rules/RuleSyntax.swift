// SPDX-License-Identifier: Apache-2.0

/// A check of udev rules by the grammar of udev(7), for machines whose udevadm has no `verify` (before systemd 254): keys, their
/// attributes and operators, quotes, and labels that every GOTO reaches further down.
enum RuleSyntax {
    private enum Use { case match, assign, either }

    /// Keys that stand alone, and keys that need `{attribute}`.
    private static let plain: [String: Use] = [
        "ACTION": .match, "KERNEL": .match, "KERNELS": .match, "SUBSYSTEM": .match, "SUBSYSTEMS": .match, "DRIVER": .match,
        "DRIVERS": .match, "NAME": .either, "SYMLINK": .either, "TAG": .either, "TAGS": .match, "TEST": .match, "PROGRAM": .match,
        "RESULT": .match, "OWNER": .assign, "GROUP": .assign, "MODE": .assign, "OPTIONS": .assign, "LABEL": .assign, "GOTO": .assign,
        "RUN": .assign,
    ]
    private static let attributed: [String: Use] = [
        "ATTR": .either, "ATTRS": .match, "ENV": .either, "SYSCTL": .either, "CONST": .match, "TEST": .match, "RUN": .assign,
        "IMPORT": .either,
    ]

    static func problems(in text: String) -> [String] {
        var problems: [String] = []
        var labels: [String: Int] = [:]
        var jumps: [(line: Int, to: String)] = []
        for (index, row) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = row.trimmingSpaces
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let terms = terms(of: line) else {
                problems.append("line \(index + 1): no list of KEY==\"value\" with commas between: \(line)")
                continue
            }
            problems += terms.compactMap { wrong(in: $0) }.map { "line \(index + 1): \($0)" }
            if terms.count(where: { $0.key == "IMPORT" }) > 1 {
                problems.append("line \(index + 1): an import that fails ends its line: one a line")
            }
            for term in terms {
                if term.key == "LABEL" { labels[term.value] = index }
                if term.key == "GOTO" { jumps.append((index, term.value)) }
            }
        }
        for jump in jumps where labels[jump.to].map({ $0 <= jump.line }) ?? true {
            problems.append("line \(jump.line + 1): no LABEL \"\(jump.to)\" below")
        }
        return problems
    }

    private struct Term {
        var key: String
        var attribute: String?
        var sign: String
        var value: String
    }

    private static func wrong(in term: Term) -> String? {
        guard let use = term.attribute == nil ? plain[term.key] : attributed[term.key] else {
            return "'\(term.key)' is no key\(term.attribute == nil ? "" : " with an attribute")"
        }
        let matches = ["==", "!="].contains(term.sign)
        if use == .match && !matches { return "\(term.key) can only be compared" }
        if use == .assign && matches { return "\(term.key) can only be set" }
        return nil
    }

    private static func terms(of line: String) -> [Term]? {
        var terms: [Term] = []
        var rest = line[...]
        while true {
            guard let found = rest.prefixMatch(of: /([A-Z]+)(?:\{([^}]+)\})?(==|!=|\+=|-=|:=|=)"([^"]*)"/) else { return nil }
            terms.append(
                Term(key: String(found.1), attribute: found.2.map(String.init), sign: String(found.3), value: String(found.4)))
            rest = rest[found.range.upperBound...]
            if rest.isEmpty { return terms }
            guard let comma = rest.prefixMatch(of: /, */) else { return nil }
            rest = rest[comma.range.upperBound...]
        }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String { String(drop(while: { $0 == " " }).reversed().drop(while: { $0 == " " }).reversed()) }
}
