// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AsyncHTTPClient
import EncoderModel
import Foundation
import LocalEndpoint
import NIOCore
import NIOFoundationCompat
import NIOFoundationEssentialsCompat
import NIOHTTP1
import SiteConfiguration

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How the running bridge is: encoders, connectors, what waits.",
        discussion: """
            Exit status for monitoring: 0 every encoder is ready or busy and every connector is connected; \
            1 something is not, the output says what; 69 no bridge answers.
            """)

    @OptionGroup var config: ConfigurationOption
    @Flag(help: "For programs: {\"encoders\": [...], \"connectors\": [...], \"queue\": {...}}") var json = false

    func run() async throws {
        let site = try config.load().configuration
        guard let listen = site.endpoint?.listen else {
            complain("\(config.path) has no usable endpoint section: correct it with `encoder-bridge check --config \(config.path)`")
            throw ExitCode.badConfiguration
        }
        let answer: Data
        do {
            answer = try await ask(listen, token: site.endpoint?.tokensFile)
        } catch let error as ExitCode {
            throw error
        } catch {
            complain("no bridge answers at \(listen): start it with `encoder-bridge run --config \(config.path)`, or look why it stopped")
            throw ExitCode.unreachable
        }
        let document = try JSONText.decode(BridgeStatusDocument.self, from: answer)
        if json {
            print(String(decoding: answer, as: UTF8.self))
        } else {
            print(StatusPage.text(document, now: Date()))
        }
        if !StatusPage.isWell(document) { throw ExitCode.trouble }
    }

    private func ask(_ listen: EndpointAddress, token path: String?) async throws -> Data {
        let url =
            switch listen {
            case .tcp: "http://\(listen)/v1/status"
            case .unix(let path):
                "http+unix://\(path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? path)/v1/status"
            }
        var asked = HTTPClientRequest(url: url)
        // A socket has no host name of its own, and the bridge answers to its own names only.
        if case .unix = listen { asked.headers.add(name: "Host", value: "localhost") }
        if let path, let line = try? SecretFile.text(of: path).split(separator: "\n").first(where: { !$0.hasPrefix("#") }),
            let secret = line.split(whereSeparator: \.isWhitespace).last
        {
            asked.headers.add(name: "Authorization", value: "Bearer \(secret)")
        }
        let request = asked
        // A bridge that does not run is not waited for.
        var patience = HTTPClient.Configuration()
        patience.connectionPool.retryConnectionEstablishment = false
        let (status, body) = try await HTTPClient.withHTTPClient(configuration: patience) { client in
            let response = try await client.execute(request, timeout: .seconds(5))
            return (response.status, Data(buffer: try await response.body.collect(upTo: 4 << 20)))
        }
        guard status == .ok else {
            complain("the bridge at \(listen) answers \(status): its tokens file must be readable for `status`")
            throw ExitCode.unreachable
        }
        return body
    }
}
