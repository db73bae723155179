// SPDX-License-Identifier: Apache-2.0

/// Secret keys by name, read from files of the site. Prints as names only, so that no log can show a key.
public struct CardKeys: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The key that new MIFARE cards come with; public knowledge.
    public static let factoryName = "factory"
    private static let factory = [UInt8](repeating: 0xFF, count: 6)
    private var bytesByName: [String: [UInt8]]
    /// The key with which the encoder's layout opens sectors, by its name: its cards are read and erased with it too.
    public var layoutKey: LayoutKey?

    public struct LayoutKey: Sendable, Hashable {
        public var name: String
        /// `nil`: what the encoder's setting says.
        public var kind: BlockImage.KeyKind?

        public init(name: String, kind: BlockImage.KeyKind?) {
            self.name = name
            self.kind = kind
        }
    }

    public init(_ bytesByName: [String: [UInt8]] = [:]) {
        self.bytesByName = bytesByName
    }

    public var names: [String] { Set(bytesByName.keys).union([Self.factoryName]).sorted() }

    /// The bytes of a key; `nil` for a name that the site has not given.
    public func bytes(_ name: String) -> [UInt8]? {
        bytesByName[name] ?? (name == Self.factoryName ? Self.factory : nil)
    }

    public var description: String { names.joined(separator: ", ") }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["names": names]) }
}
