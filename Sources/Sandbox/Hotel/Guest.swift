// SPDX-License-Identifier: Apache-2.0

/// A customer of the hotel.
public struct Guest: Sendable, Equatable {
    /// UUID, lower case.
    public var id: String
    public var firstName: String?
    public var lastName: String
    public var email: String?
    public var phone: String?
    /// Two letters, ISO 3166-1.
    public var nationalityCode: String?
    /// What the guest owes, in the hotel's currency.
    public var balance: Double

    public init(
        id: String, firstName: String?, lastName: String, email: String? = nil, phone: String? = nil, nationalityCode: String? = nil,
        balance: Double = 0
    ) {
        self.id = id
        self.firstName = firstName
        self.lastName = lastName
        self.email = email
        self.phone = phone
        self.nationalityCode = nationalityCode
        self.balance = balance
    }
}
