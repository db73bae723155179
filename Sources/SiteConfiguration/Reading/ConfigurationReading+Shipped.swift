// SPDX-License-Identifier: Apache-2.0
import EncoderModel

extension ConfigurationReading {
    /// The file says nothing that a fresh installation does not say, so nothing is lost with it. Zone and language do not count: `setup`
    /// offers them as answers.
    public var isAsShipped: Bool {
        var rest = configuration
        (rest.timeZone, rest.language) = (nil, .english)
        if rest.endpoint?.listen == Self.shippedListen { rest.endpoint?.listen = EndpointConfiguration().listen }
        return problems.isEmpty && brokenEncoders.isEmpty && rest == SiteConfiguration()
    }

    /// `endpoint.listen` of packaging/encoder-bridge.yaml.
    private static let shippedListen = ListenAddress.unix(path: "/run/encoder-bridge/endpoint.sock")
}
