// SPDX-License-Identifier: Apache-2.0

/// The text of a tokens file, changed line by line: comments and other clients' lines stay as they are.
public struct TokensText: Sendable {
    public private(set) var text: String

    public init(_ text: String) { self.text = text }

    /// Throws what is wrong with a line.
    public func tokens() throws(EndpointFault) -> [EndpointToken] { try EndpointToken.parse(text) }

    public mutating func add(line: String) throws(EndpointFault) {
        let longer = text + (text.isEmpty || text.hasSuffix("\n") ? "" : "\n") + line + "\n"
        _ = try EndpointToken.parse(longer)
        text = longer
    }

    /// - Returns: whether there was a token of that name.
    public mutating func remove(name: String) -> Bool {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let left = lines.filter { $0.split(whereSeparator: \.isWhitespace).first.map(String.init) != name }
        text = left.joined(separator: "\n")
        return left.count != lines.count
    }
}
