// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A resource access token: a code, or a card's number, that a client put beside a reservation.
public struct AccessToken: Sendable, Equatable {
    /// UUID, lower case.
    public var id: String
    /// The reservation.
    public var stayId: String
    public var companionshipId: String?
    public var resourceId: String?
    /// `PinCode` or `RfidTag`.
    public var kind: String
    /// What the guest types.
    public var value: String
    public var serialNumber: String?
    public var start: Date
    public var end: Date
    /// Bed, Room, Floor, Building: what it opens.
    public var permissions: [String: Bool]
    public var created: Date
    public var updated: Date

    static let permissionNames = ["Bed", "Room", "Floor", "Building"]

    func isActive(at moment: Date) -> Bool { end > moment }
}
