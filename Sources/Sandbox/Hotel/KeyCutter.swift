// SPDX-License-Identifier: Apache-2.0

/// A key cutter as the hotel set it up in its PMS.
public struct KeyCutter: Sendable, Equatable {
    /// How the data of its commands looks.
    public enum Form: String, Sendable, CaseIterable {
        /// The properties that the API documents today.
        case documented
        /// With the four that left the documentation in April 2025 and are presumably still sent: UserName, Password, KeyMode,
        /// ExternalRequestIdentifier.
        case hiddenFields = "hidden-fields"
        /// `VisiOnlineKeyCutter` of the first documentation (2015): other names, the reservation inside.
        case visiOnline2015 = "visionline-2015"
    }

    /// UUID, lower case: what commands/addKeyCutter names.
    public var id: String
    public var name: String
    /// What the lock system calls the encoder; a command carries it as `KeyCutterId`.
    public var identifier: String
    public var apiUrl: String?
    /// The field "Data JSON": a string that holds JSON, as the hotel typed it.
    public var dataJson: String?
    public var form: Form
    public var userName: String?
    public var password: String?
    /// Presumably new or duplicate; the values are published nowhere.
    public var keyMode: String?
    public var externalRequestIdentifier: String?

    public init(
        id: String, name: String, identifier: String, apiUrl: String? = nil, dataJson: String? = nil, form: Form = .documented,
        userName: String? = nil, password: String? = nil, keyMode: String? = nil, externalRequestIdentifier: String? = nil
    ) {
        self.id = id
        self.name = name
        self.identifier = identifier
        self.apiUrl = apiUrl
        self.dataJson = dataJson
        self.form = form
        self.userName = userName
        self.password = password
        self.keyMode = keyMode
        self.externalRequestIdentifier = externalRequestIdentifier
    }

    /// `Device.Type` in the API.
    var deviceType: String { form == .visiOnline2015 ? "VisiOnlineKeyCutter" : "KeyCutter" }
}
