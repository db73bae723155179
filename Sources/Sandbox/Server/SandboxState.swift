// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The running hotel, shared by all connections: the property, what is wrong at the moment, and who listens.
public actor SandboxState {
    /// The hotel as it was given.
    public nonisolated let hotel: Hotel
    private let now: @Sendable () -> Date
    private var property: PropertyState
    private var limit: RequestLimit
    private var handled: [HandledRequest] = []
    private var sockets: [UUID: AsyncStream<SocketOrder>.Continuation] = [:]
    private var watchers: [UUID: AsyncStream<DeviceCommand>.Continuation] = [:]
    /// What is wrong right now.
    public private(set) var faults = Faults()

    init(hotel: Hotel, limits: SandboxLimits, now: @escaping @Sendable () -> Date) {
        self.hotel = hotel
        self.now = now
        property = PropertyState(hotel: hotel)
        property.began = now()
        let window = Double(limits.window.components.seconds) + Double(limits.window.components.attoseconds) / 1e18
        limit = RequestLimit(count: limits.requests, window: window, saysWhen: limits.saysWhen)
    }

    /// The hotel's clock, with what is wrong with it.
    var time: Date { now().addingTimeInterval(faults.clockShift) }

    // MARK: What a person at the PMS does

    /// A clerk presses "cut key".
    /// - Parameters: `keyCutter` is a name or id (the first one if nil), `reservation` a number or id, `until` when the key ends if not
    ///   with the stay.
    /// - Returns: the new command, `Pending`.
    /// - Throws: `SandboxRefusal` with the sentence that the clerk reads.
    @discardableResult
    public func cutKey(
        reservation: String, keyCutter: String? = nil, keys: Int = 1, until: Date? = nil
    ) throws(SandboxRefusal) -> DeviceCommand {
        guard let device = keyCutter.map({ hotel.keyCutter($0) }) ?? hotel.keyCutters.first else {
            throw SandboxRefusal("There is no key cutter of that name.")
        }
        guard var stay = property.hotel.stay(reservation) else { throw SandboxRefusal("There is no reservation of that number.") }
        if let until { stay.end = until }
        do throws(ApiRefusal) {
            let made = try property.cutKey(on: device, for: stay, keys: keys, by: .user, at: time)
            tell(made)
            return made
        } catch {
            throw SandboxRefusal(error.message)
        }
    }

    /// A clerk cancels a command.
    @discardableResult
    public func cancel(_ id: String) throws(SandboxRefusal) -> DeviceCommand {
        do throws(ApiRefusal) {
            let changed = try property.update(
                id, to: .cancelled, progress: nil, notes: "Cancelled by the user.", by: .user, at: time)
            tell(changed)
            return changed
        } catch {
            throw SandboxRefusal(error.message)
        }
    }

    // MARK: Guests come and go

    /// The hotel as it is now.
    public var hotelNow: Hotel { property.hotel }

    /// Codes and cards that clients put beside reservations.
    public var accessTokens: [AccessToken] { property.accessTokens }

    /// A clerk does something to a reservation; an event about it goes to every socket.
    /// - Returns: the reservation as it then is.
    @discardableResult
    public func clerk(_ deed: ClerkDeed, reservation: String) throws(SandboxRefusal) -> HotelStay {
        do throws(ApiRefusal) {
            let stay = try property.clerk(deed, reservation: reservation, at: now())
            send([PropertyEvent.reservation(stay)])
            return stay
        } catch {
            throw SandboxRefusal(error.message)
        }
    }

    /// Takes a booking.
    @discardableResult
    public func book(_ booking: Booking) throws(SandboxRefusal) -> HotelStay {
        do throws(ApiRefusal) {
            let stay = try property.book(booking, at: now())
            send([PropertyEvent.reservation(stay)])
            return stay
        } catch {
            throw SandboxRefusal(error.message)
        }
    }

    // MARK: What a test or a trainer looks at

    /// All commands, the oldest first.
    public var commands: [DeviceCommand] { property.commands }

    /// A command with its whole history.
    public func command(_ id: String) -> DeviceCommand? { property.command(id) }

    /// The last requests (1000 at most), the oldest first.
    public var requests: [HandledRequest] { handled }

    /// How many WebSockets are open.
    public var socketCount: Int { sockets.count }

    /// Every command that is made or updated from now on, as it then is. Ends when the reader stops.
    public func changes() -> AsyncStream<DeviceCommand> {
        let (stream, continuation) = AsyncStream.makeStream(of: DeviceCommand.self, bufferingPolicy: .bufferingNewest(1000))
        let id = UUID()
        watchers[id] = continuation
        continuation.onTermination = { _ in Task { await self.forgetWatcher(id) } }
        return stream
    }

    private func forgetWatcher(_ id: UUID) { watchers[id] = nil }

    // MARK: Faults

    /// Breaks or mends something.
    public func setFaults(_ change: @Sendable (inout Faults) -> Void) {
        change(&faults)
        if faults.away { dropSockets() }
    }

    /// Makes the next requests suffer, after those that already wait.
    public func add(_ fault: RequestFault) { faults.requests.append(fault) }

    /// Cuts every WebSocket off, without a close frame.
    public func dropSockets() {
        for socket in sockets.values { socket.finish() }
    }

    /// Sends one message with events about other things to every socket.
    public func chatter() { send(PropertyEvent.unrelated(of: hotel)) }

    func applyFaults(_ ordered: RequestFields) throws(ApiRefusal) {
        var fields = ordered
        let drop = try fields.optionalFlag("dropSockets") ?? false
        let speak = try fields.optionalFlag("chatterNow") ?? false
        try faults.apply(&fields)
        if drop || faults.away { dropSockets() }
        if speak { chatter() }
    }

    // MARK: The API

    /// The first look at a request: what it is to suffer. `nil` and `away` are apart: when away, it is hung up on.
    func fate(of operation: ConnectorOperation, body: Data) -> RequestFault.Effect? {
        guard !faults.away else { return .hangUp }
        let names = faults.requests.contains { $0.command != nil } ? RequestFields.commandIds(in: body) : []
        return faults.take(for: operation, naming: names)
    }

    /// Carries a request out, or says why not.
    func handle(_ operation: ConnectorOperation, body: Data) -> Result<JSONValue, ApiRefusal> {
        let moment = time
        var client: String?
        do throws(ApiRefusal) {
            guard !operation.dialects.isDisjoint(with: hotel.dialects) else {
                throw ApiRefusal(status: 404, message: "There is nothing at this address.")
            }
            var fields = try RequestFields(body: body)
            let caller = try RequestCredentials.check(&fields, for: operation, in: property)
            client = caller.client
            try limit.admit(caller.accessToken, at: now())
            property.listedUntil = moment.addingTimeInterval(-faults.listingDelay)
            property.timeZoneSaid = faults.timeZone
            let granted = try property.perform(operation, &fields, caller: caller, at: moment)
            if let changed = granted.changed { tell(changed) }
            note(.init(at: moment, operation: operation, client: client, status: 200, done: true))
            return .success(granted.body)
        } catch {
            note(.init(at: moment, operation: operation, client: client, status: error.status, done: false))
            return .failure(error)
        }
    }

    /// Remembers a request that an ordered fault answered.
    func noteFault(_ operation: ConnectorOperation, status: Int?) {
        note(.init(at: time, operation: operation, client: nil, status: status, done: false))
    }

    /// Remembers that the answer to the request before was swallowed.
    func noteSwallowed(_ operation: ConnectorOperation) {
        guard let index = handled.lastIndex(where: { $0.operation == operation && $0.status != nil }) else { return }
        handled[index].status = nil
    }

    private func note(_ request: HandledRequest) {
        handled.append(request)
        if handled.count > 1000 { handled.removeFirst(handled.count - 1000) }
    }

    // MARK: Sockets

    /// Lets a socket in, or says why not. It listens from this moment on, so that nothing is lost while the upgrade is answered.
    func openSocket(_ id: UUID, cookies: [String]) -> SocketAdmission {
        guard !faults.away else { return .hungUp }
        guard !faults.refuseSockets else { return .refused(ApiRefusal(status: faults.socketStatus, message: "No sockets at the moment.")) }
        let values = cookies.count == 1 ? Cookie.values(cookies[0]) : [:]
        guard let client = values["ClientToken"], let access = values["AccessToken"],
            RequestCredentials.accepts(clientToken: client, accessToken: access, in: property)
        else { return .refused(.credentials("The cookie with ClientToken and AccessToken")) }
        let (stream, continuation) = AsyncStream.makeStream(of: SocketOrder.self, bufferingPolicy: .bufferingNewest(1000))
        sockets[id] = continuation
        return .open(stream)
    }

    func closeSocket(_ id: UUID) {
        sockets.removeValue(forKey: id)?.finish()
    }

    /// A ping came in: the answer takes its place among the events.
    func ping(_ id: UUID, payload: [UInt8]) {
        guard !faults.silentSockets else { return }
        sockets[id]?.yield(.pong(payload))
    }

    private func tell(_ command: DeviceCommand) {
        for watcher in watchers.values { watcher.yield(command) }
        guard !faults.loseEvents else { return }
        let event = PropertyEvent.deviceCommand(command)
        let others = faults.chatter ? PropertyEvent.unrelated(of: hotel) : []
        for _ in 0..<(faults.doubleEvents ? 2 : 1) { send(others.prefix(1) + [event] + others.dropFirst()) }
    }

    private func send(_ events: [JSONValue]) {
        guard !faults.silentSockets else { return }
        let text = PropertyEvent.message(events)
        for socket in sockets.values { socket.yield(.text(text)) }
    }
}

/// What goes out of a socket.
enum SocketOrder: Sendable, Equatable {
    case text(String)
    case pong([UInt8])
}

/// What becomes of a socket that wants in.
enum SocketAdmission: Sendable {
    case open(AsyncStream<SocketOrder>)
    case refused(ApiRefusal)
    /// Closed without an answer.
    case hungUp
}

/// A clerk's wish that the hotel does not grant.
public struct SandboxRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence, to be shown.
    public let description: String

    init(_ description: String) { self.description = description }
}
