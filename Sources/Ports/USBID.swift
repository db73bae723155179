// SPDX-License-Identifier: Apache-2.0

/// Vendor and product id of a USB device.
public struct USBID: Sendable, Hashable, CustomStringConvertible {
    public let vendor: UInt16
    public let product: UInt16
    public init(_ vendor: UInt16, _ product: UInt16) {
        self.vendor = vendor
        self.product = product
    }
    /// `10c4:ea60`
    public var description: String {
        func hex(_ value: UInt16) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 4 - digits.count) + digits
        }
        return hex(vendor) + ":" + hex(product)
    }
}
