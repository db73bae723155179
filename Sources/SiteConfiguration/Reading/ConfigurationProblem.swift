// SPDX-License-Identifier: Apache-2.0

/// Something in the configuration that cannot be used: where, which key, what to write instead.
public struct ConfigurationProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where it was written.
    public enum Place: Sendable, Hashable, CustomStringConvertible {
        /// Lines and columns count from 1.
        case file(String, line: Int, column: Int)
        /// The file as a whole.
        case wholeFile(String)
        /// A variable that overrides the file.
        case environment(String)

        public var description: String {
            switch self {
            case .file(let name, let line, let column): "\(name):\(line):\(column)"
            case .wholeFile(let name): name
            case .environment(let variable): "environment \(variable)"
            }
        }
    }

    public var place: Place
    /// `encoders.front-desk.match`; empty when it concerns no single key.
    public var key: String
    /// What is wrong and what to write, in one sentence.
    public var message: String

    public init(_ place: Place, key: String, _ message: String) {
        self.place = place
        self.key = key
        self.message = message
    }

    /// `encoder-bridge.yaml:12:5: encoders.front-desk.match: write exactly one of serial, path, device, reader, tcp, tcpListen`
    public var description: String { key.isEmpty ? "\(place): \(message)" : "\(place): \(key): \(message)" }
}
