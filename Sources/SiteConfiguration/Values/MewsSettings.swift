// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// The connector to Mews: the property, and where its tokens lie.
@dynamicMemberLookup
public struct MewsSettings: Sendable, Hashable {
    /// How the bridge shows who it is. The paths are for ``SecretFile``.
    public enum Access: Sendable, Hashable {
        /// Today's form: the product's token and the property's.
        case accessToken(clientTokenFile: String, accessTokenFile: String)
        /// The form of 2015: `app/signIn` gives an access token for this. The product's token only if the site gave one.
        case connectorToken(clientTokenFile: String?, connectorTokenFile: String)
    }

    public var property: MewsProperty
    public var access: Access

    public init(_ property: MewsProperty, access: Access) {
        self.property = property
        self.access = access
    }

    public subscript<Value>(dynamicMember member: KeyPath<MewsProperty, Value>) -> Value { property[keyPath: member] }
}
