// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console

@main
struct EncoderBridge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encoder-bridge",
        abstract: "Cuts the key cards that a hotel's PMS orders, on the encoders that hang on this machine.",
        discussion: """
            A first look, on simulated parts (it says what to start beside it):
              encoder-bridge sandbox --practice /tmp/hotel

            At a front desk:
              encoder-bridge setup     the first configuration, by questions
              encoder-bridge probe     what is attached, what drives it, what blocks it
              encoder-bridge check     what is wrong in the configuration, line by line
              encoder-bridge status    how the running bridge is
              encoder-bridge jobs      orders and what became of them
              encoder-bridge card      whose card is on an encoder, and is it right
              encoder-bridge tell      a lock system by hand: check-out, change of keys
              encoder-bridge token     who may use the endpoint and the desk page
              encoder-bridge access    door codes, and why one is not there
              encoder-bridge record    a dialogue with an encoder, as a transcript
              encoder-bridge replay    where a driver does otherwise than a transcript

            Exit status: 0 all is well; 1 something is wrong, the output says what;
            64 the command was not understood; 65 a file cannot be read;
            69 the running bridge cannot be reached; 78 the configuration cannot be used.
            """,
        version: BuildVersion.text,
        subcommands: [
            RunCommand.self, StatusCommand.self, JobsCommand.self, JournalCommand.self, CardCommand.self, TellCommand.self,
            CheckCommand.self, ProbeCommand.self, RecordCommand.self, ReplayCommand.self, RulesCommand.self, SimulateCommand.self,
            SandboxCommand.self,
            AccessCommand.self, TokenCommand.self, SetupCommand.self, FamiliesCommand.self,
        ])
}

extension ExitCode {
    /// Something is wrong, and the output says what.
    static let trouble = ExitCode(1)
    /// EX_DATAERR of sysexits.h.
    static let badData = ExitCode(65)
    /// EX_UNAVAILABLE of sysexits.h.
    static let unreachable = ExitCode(69)
    /// EX_CONFIG of sysexits.h.
    static let badConfiguration = ExitCode(78)
}
