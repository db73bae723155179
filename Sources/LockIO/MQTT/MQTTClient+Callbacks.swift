// SPDX-License-Identifier: Apache-2.0
import Access
import CMosquitto
import Foundation
import Synchronization

/// What libmosquitto calls, on the client's own thread.
extension MQTTClient {
    func setCallbacks(_ client: OpaquePointer) {
        // Not retained: the thread that calls back holds the client for as long as it runs.
        mosquitto_user_data_set(client, Unmanaged.passUnretained(self).toOpaque())
        mosquitto_connect_v5_callback_set(client) { _, context, code, _, _ in MQTTClient.of(context)?.connected(code) }
        mosquitto_message_v5_callback_set(client) { _, context, message, _ in
            guard let message = message?.pointee else { return }
            MQTTClient.of(context)?.received(message)
        }
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> MQTTClient? {
        context.map { Unmanaged<MQTTClient>.fromOpaque($0).takeUnretainedValue() }
    }

    private func connected(_ code: Int32) {
        guard code == 0 else {
            let why: String
            switch code {
            case 134: why = "user or password is wrong: check mqtt.userFile and mqtt.passwordFile"
            case 135: why = "this user may not connect: look into the broker's settings"
            default: why = "it says \(String(cString: mosquitto_reason_string(code))): look into the broker's log"
            }
            state.withLock { $0.refusal = "The MQTT broker \(configuration) refuses the bridge; \(why). The bridge keeps trying." }
            return
        }
        state.withLock { state in
            state.isConnected = true
            state.lastReason = ""
        }
        subscribeAll()
        if let topic = configuration.stateTopic { _ = publish(MQTTMessage(topic, #"{"state":"online"}"#, isRetained: true)) }
        say(.connected)
    }

    private func received(_ message: mosquitto_message) {
        guard let topic = message.topic else { return }
        let bytes = UnsafeRawBufferPointer(start: message.payload, count: max(0, Int(message.payloadlen)))
        // What is no text is nobody's message.
        guard let payload = String(validating: bytes, as: UTF8.self) else { return }
        say(.message(MQTTMessage(String(cString: topic), payload, isRetained: message.retain)))
    }

    /// To a reader that is behind. What is dropped of too many may be the word that the broker is there, or gone: how it is now is said anew.
    func say(_ news: MQTTNews) {
        guard case .dropped(let lost) = inbox.yield(news) else { return }
        if case .message = lost { return }
        inbox.yield(state.withLock { $0.isConnected ? .connected : .disconnected($0.lastReason) })
    }
}
