// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// The way to Mews, behind a protocol so that the connector is tested without a network.
protocol MewsTransport: Sendable {
    /// Sends one POST and gives whatever answer comes.
    func post(_ operation: MewsOperation, body: Data, within limit: Duration) async throws(TransportFault) -> Answer
    func openSocket(cookie: String) async throws(SocketFault) -> any MewsSocket
    func shutdown() async
}

/// No answer came.
struct TransportFault: Error, Sendable, Hashable {
    /// False only when it is certain that nothing reached Mews.
    var mayHaveArrived: Bool
    /// A few words without addresses of secrets: "connection refused".
    var reason: String
}

/// No socket came.
enum SocketFault: Error, Sendable, Hashable {
    /// The upgrade was answered with this status.
    case rejected(status: Int, retryAfter: String?)
    case failed(String)
}

/// An open socket.
protocol MewsSocket: Sendable {
    /// What arrives. Ends with ``SocketNews/closed(_:)``, once, whoever closed it.
    var news: AsyncStream<SocketNews> { get }
    func close()
}

enum SocketNews: Sendable, Hashable {
    case message(Data)
    case closed(String)
}
