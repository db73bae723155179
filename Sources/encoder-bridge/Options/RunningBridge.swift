// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import SiteConfiguration

extension ConfigurationOption {
    /// Asks the running bridge. Why there is no answer is said in one sentence, and the program ends.
    func bridge<Value>(_ work: (BridgeClient) async throws -> Value) async throws -> Value {
        guard let endpoint = try load().configuration.endpoint else {
            complain("\(path) has no usable endpoint section: correct it with `encoder-bridge check --config \(path)`")
            throw ExitCode.badConfiguration
        }
        let bridge = BridgeClient(endpoint)
        do {
            return try await work(bridge)
        } catch BridgeClient.Failure.refused(let status, let detail, let fault) {
            for line in [detail, fault, bridge.admission(after: status)].compactMap(\.self) { complain(line) }
            throw ExitCode.trouble
        } catch BridgeClient.Failure.stranger(let user) {
            complain("a program of the user \(user) listens at \(bridge.address), and that is not the bridge: it got no token")
        } catch BridgeClient.Failure.unreachable {
            complain("no bridge answers at \(bridge.address): start it with `encoder-bridge run --config \(path)`, or look why it stopped")
        }
        throw ExitCode.unreachable
    }
}
