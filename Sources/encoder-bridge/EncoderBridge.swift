// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

@main
struct EncoderBridge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "encoder-bridge")
}
