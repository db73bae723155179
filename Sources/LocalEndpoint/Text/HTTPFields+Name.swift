// SPDX-License-Identifier: Apache-2.0
import HTTPTypes

/// Fields that HTTPTypes has no constant for, by the name on the wire.
extension HTTPFields {
    /// Every value of the field, in order; an empty list if it is not there.
    func values(of name: String) -> [String] {
        let name = name.lowercased()
        return filter { $0.name.canonicalName == name }.map(\.value)
    }

    mutating func add(_ name: String, _ value: String) {
        guard let name = HTTPField.Name(name) else { return }
        append(HTTPField(name: name, value: value))
    }
}
