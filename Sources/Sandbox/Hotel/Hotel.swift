// SPDX-License-Identifier: Apache-2.0

/// A hotel as the PMS knows it. What changes while the sandbox runs (commands, sessions) is in `PropertyState`.
public struct Hotel: Sendable, Equatable {
    /// UUID of the enterprise, lower case.
    public var id: String
    public var name: String
    /// IANA name.
    public var timeZone: String
    /// ISO 4217.
    public var currency: String
    public var categories: [SpaceCategory]
    public var spaces: [Space]
    public var guests: [Guest]
    public var stays: [HotelStay]
    public var keyCutters: [KeyCutter]
    public var tokens: Tokens
    public var dialects: Set<Dialect>

    public init(
        id: String, name: String, timeZone: String, currency: String = "EUR", categories: [SpaceCategory], spaces: [Space],
        guests: [Guest], stays: [HotelStay], keyCutters: [KeyCutter], tokens: Tokens = .sandbox,
        dialects: Set<Dialect> = Set(Dialect.allCases)
    ) {
        self.id = id
        self.name = name
        self.timeZone = timeZone
        self.currency = currency
        self.categories = categories
        self.spaces = spaces
        self.guests = guests
        self.stays = stays
        self.keyCutters = keyCutters
        self.tokens = tokens
        self.dialects = dialects
    }

    func space(_ id: String?) -> Space? { spaces.first { $0.id == id } }
    func guest(_ id: String) -> Guest? { guests.first { $0.id == id } }

    /// The stay with this id or number.
    func stay(_ key: String) -> HotelStay? { stays.first { $0.id == key || $0.number == key } }

    /// The key cutter with this id or name.
    func keyCutter(_ key: String) -> KeyCutter? { keyCutters.first { $0.id == key || $0.name == key } }

    /// The doors that a guest of the stay may open: the room's own first, then what is open to all.
    func lockIds(for stay: HotelStay) -> [String] {
        guard var own = space(stay.spaceId) else { return [] }
        if own.kind == .bed, let room = space(own.parentId) { own = room }
        let common = spaces.filter { $0.kind == .common }
        return ([own] + common).map { $0.lockId ?? $0.number }
    }
}
