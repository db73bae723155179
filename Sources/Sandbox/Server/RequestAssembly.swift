// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Puts the parts of a request together, up to a size. What goes beyond it is read to its end and dropped, so that the client is still
/// there to hear the refusal.
struct RequestAssembly {
    enum Outcome {
        case whole(HTTPRequestHead, Data)
        case tooLarge
        /// So far beyond the limit, or so out of order, that nobody listens any more.
        case hopeless
    }

    private let limit: Int
    private var head: HTTPRequestHead?
    private var body = Data()
    private var dropped = 0

    init(limit: Int) { self.limit = limit }

    /// Nil until a request is complete.
    mutating func take(_ part: HTTPServerRequestPart) -> Outcome? {
        switch part {
        case .head(let next):
            guard head == nil else { return .hopeless }
            head = next
            return nil
        case .body(let bytes):
            if dropped > 0 || body.count + bytes.readableBytes > limit {
                dropped += bytes.readableBytes
                return dropped > 16 * limit ? .hopeless : nil
            }
            body.append(contentsOf: bytes.readableBytesView)
            return nil
        case .end:
            guard let head else { return .hopeless }
            defer { self = RequestAssembly(limit: limit) }
            return dropped > 0 ? .tooLarge : .whole(head, body)
        }
    }
}
