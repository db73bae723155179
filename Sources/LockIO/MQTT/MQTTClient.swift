// SPDX-License-Identifier: Apache-2.0
import Access
import CMosquitto
import Foundation
import Synchronization

/// A client of MQTT 5 on libmosquitto, with a thread of its own that connects, reads, and connects again for as long as it lives.
///
/// Messages go out with quality 0: the reconciler repeats what was not shown to have worked, and nothing may be repeated behind its back
/// when the broker comes back. libmosquitto's own loop is not used: it ends for good at a TLS or name error.
public final class MQTTClient: MQTTWay {
    public let news: AsyncStream<MQTTNews>
    let inbox: AsyncStream<MQTTNews>.Continuation
    let configuration: MQTTConfiguration
    let state = Mutex(State())
    /// The library's handle as a number: the library locks it itself, so that any thread may publish.
    private let handle: UInt
    private let bell = DispatchSemaphore(value: 0)

    struct State {
        var topics: [String] = []
        var isConnected = false
        var isStopped = false
        var isRunning = false
        var lastReason = ""
        /// Why the broker did not let us in, from its own answer.
        var refusal: String?
    }

    /// Pauses between attempts, seconds: a broker that comes back has its locks served within half a minute.
    private static let pauses: [Double] = [0.5, 1, 2, 4, 8]
    private static let keepAlive: Int32 = 20

    private static let library: Int32 = mosquitto_lib_init()

    /// - Parameter mostWaiting: how many news wait for a reader that is behind; then the oldest are dropped.
    public init(_ configuration: MQTTConfiguration, mostWaiting: Int = 50_000) throws(MQTTFault) {
        guard Self.library == MOSQ_ERR_SUCCESS.code else { throw MQTTFault("libmosquitto does not start: install libmosquitto1 again") }
        self.configuration = configuration
        (news, inbox) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(mostWaiting))
        let id = configuration.clientID
        guard let client = id.isEmpty ? mosquitto_new(nil, true, nil) : mosquitto_new(id, true, nil) else {
            throw MQTTFault("no MQTT client could be made (\(Self.text(errno))): check mqtt.clientId")
        }
        handle = UInt(bitPattern: client)
        try Self.check(mosquitto_use_v5(client), "MQTT 5")
        try Self.check(mosquitto_threaded_set(client, true), "threads")
        if let user = configuration.user {
            try Self.check(mosquitto_username_pw_set(client, user, configuration.password), "user and password")
        }
        if configuration.usesTLS { try Self.useTLS(client, configuration) }
        if let topic = configuration.stateTopic {
            let will = #"{"state":"offline"}"#
            try Self.check(mosquitto_will_set_v5(client, topic, Int32(will.utf8.count), will, 1, true, nil), "last will")
        }
        setCallbacks(client)
    }

    deinit {
        if let client = OpaquePointer(bitPattern: handle) { mosquitto_destroy(client) }
    }

    private static func useTLS(_ client: OpaquePointer, _ configuration: MQTTConfiguration) throws(MQTTFault) {
        if configuration.trustRootsFile == nil {
            try check(mosquitto_int_option(client, MOSQ_OPT_TLS_USE_OS_CERTS, 1), "the system's certificates")
        }
        if configuration.trustRootsFile != nil || configuration.certificateFile != nil {
            let result = mosquitto_tls_set(
                client, configuration.trustRootsFile, configuration.trustRootsFile == nil ? "/etc/ssl/certs" : nil,
                configuration.certificateFile, configuration.keyFile, nil)
            guard result == MOSQ_ERR_SUCCESS.code else {
                throw MQTTFault(
                    "the certificates for the MQTT broker cannot be used (\(text(result))): check the files of mqtt.trustRootsFile, "
                        + "certificateFile and keyFile")
            }
        }
        try check(mosquitto_tls_opts_set(client, 1, nil, nil), "TLS")
    }

    private static func check(_ result: Int32, _ what: String) throws(MQTTFault) {
        if result != MOSQ_ERR_SUCCESS.code { throw MQTTFault("\(what) cannot be had from libmosquitto (\(text(result)))") }
    }

    static func text(_ result: Int32) -> String { String(cString: mosquitto_strerror(result)) }

    var client: OpaquePointer? { OpaquePointer(bitPattern: handle) }

    // MARK: Running

    /// Begins to connect, and keeps connecting until ``stop()``. Must be stopped, or the thread lives on.
    public func start() {
        let isFirst = state.withLock { state in
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard isFirst else { return }
        let thread = Thread { self.loop() }
        thread.name = "mqtt"
        thread.start()
    }

    /// Says goodbye to the broker and ends the thread.
    public func stop() {
        state.withLock { $0.isStopped = true }
        if let topic = configuration.stateTopic { _ = publish(MQTTMessage(topic, #"{"state":"offline"}"#, isRetained: true)) }
        if let client { mosquitto_disconnect_v5(client, 0, nil) }
        bell.signal()
    }

    private func loop() {
        guard let client else { return }
        var failures = 0
        while !isStopped {
            state.withLock { $0.refusal = nil }
            var result = mosquitto_connect_bind_v5(
                client, configuration.host, Int32(configuration.port), Self.keepAlive, nil, nil)
            let begun = ContinuousClock.now
            while result == MOSQ_ERR_SUCCESS.code, !isStopped {
                result = mosquitto_loop(client, 10_000, 1)
                // A broker that takes the connection and never answers is not waited for.
                if !state.withLock({ $0.isConnected }), ContinuousClock.now - begun > .seconds(10) { break }
            }
            let wasUp = state.withLock { state in
                defer { state.isConnected = false }
                return state.isConnected
            }
            failures = wasUp ? 1 : failures + 1
            if isStopped { break }
            tell(reason: reason(result, errno), wasUp: wasUp)
            _ = bell.wait(timeout: .now() + Self.pauses[min(failures, Self.pauses.count) - 1])
        }
        inbox.finish()
    }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    private func tell(reason: String, wasUp: Bool) {
        let isNews = state.withLock { state in
            defer { state.lastReason = reason }
            return wasUp || state.lastReason != reason
        }
        if isNews { say(.disconnected(reason)) }
    }

    private func reason(_ result: Int32, _ code: Int32) -> String {
        if let refusal = state.withLock({ $0.refusal }) { return refusal }
        let why = result == MOSQ_ERR_ERRNO.code ? String(cString: strerror(code)) : Self.text(result)
        let advice =
            switch result {
            case MOSQ_ERR_TLS.code: "check its certificate and mqtt.trustRootsFile"
            case MOSQ_ERR_EAI.code: "check the host's name in mqtt.broker"
            default: "see whether the broker runs and mqtt.broker names it"
            }
        return "The MQTT broker \(configuration) cannot be reached (\(why)): \(advice); the bridge keeps trying."
    }

    // MARK: Messages

    public func subscribe(_ topics: [String]) {
        let isConnected = state.withLock { state in
            state.topics = Array(Set(state.topics + topics)).sorted()
            return state.isConnected
        }
        if isConnected { subscribeAll() }
    }

    func subscribeAll() {
        guard let client else { return }
        for topic in state.withLock({ $0.topics }) { mosquitto_subscribe_v5(client, nil, topic, 1, 0, nil) }
    }

    public func publish(_ message: MQTTMessage) -> Bool {
        guard let client, state.withLock({ $0.isConnected }) else { return false }
        let bytes = Array(message.payload.utf8)
        return mosquitto_publish_v5(client, nil, message.topic, Int32(bytes.count), bytes, 0, message.isRetained, nil)
            == MOSQ_ERR_SUCCESS.code
    }
}

extension mosq_err_t {
    /// As the library's functions return it.
    var code: Int32 { Int32(rawValue) }
}
