// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Testing

@testable import CardLayouts

let prague = PropertyClock(timeZone: TimeZone(identifier: "Europe/Prague") ?? .gmt)

/// A layout with one place.
func layout(_ place: LayoutPlace, _ template: String, allowed: Set<CardHazard> = []) throws(LayoutFault) -> CardLayout {
    var text = CardLayoutText()
    switch place {
    case .track(let number): text.tracks = [number: template]
    case .rawTrack(let number): text.rawTracks = [number: template]
    case .block(let number): text.blocks = [number: template]
    case .page(let number): text.pages = [number: template]
    }
    text.allowed = allowed
    return try CardLayout(name: "L", text)
}

func order(
    locks: [String] = ["101", "Pool"], from: String = "2026-11-21T14:00:00Z", until: String = "2026-11-23T11:00:00Z", copies: Int = 1,
    guest: String? = "Zoë Müller", reservation: String? = "R-17", mode: KeyMode = .new
) throws -> KeyOrder {
    KeyOrder(
        lockIds: locks, validFrom: try Date(from, strategy: .iso8601), validUntil: try Date(until, strategy: .iso8601), copies: copies,
        mode: mode, guestName: guest, reservationNumber: reservation)
}

/// What stands on track 1 of the first card.
func track1(_ template: String, _ order: KeyOrder, on clock: PropertyClock = prague, sequence: Int = 7) throws -> String {
    guard case .magnetic(let image)? = try layout(.track(1), template).images(for: order, on: clock, sequence: sequence).first else {
        throw LayoutFault([], "no magnetic card")
    }
    return image.tracks[1] ?? ""
}

/// What stands on the raw track of the first card, in hex.
func raw(_ template: String, _ order: KeyOrder, keys: CardKeys = CardKeys()) throws -> String {
    var layout = try layout(.rawTrack(3), template)
    layout.keys = keys
    guard case .magnetic(let image)? = try layout.images(for: order, on: prague, sequence: 7).first else {
        throw LayoutFault([], "no magnetic card")
    }
    return HexText.encode(image.rawTracks[3]?.bytes ?? [])
}

/// Why an order is refused.
func refusal(_ place: LayoutPlace, _ template: String, _ order: KeyOrder) throws -> String {
    let layout = try layout(place, template)
    let fault = #expect(throws: Fault.self) { try layout.images(for: order, on: prague, sequence: 7) }
    guard case .rejected(let reason)? = fault?.kind else { return "not rejected: \(String(describing: fault))" }
    #expect(fault?.card == .untouched)
    return reason
}
