// SPDX-License-Identifier: Apache-2.0
import CardLayouts
import DriverKit
import EncoderModel
import Foundation
import Ports

/// What a site wrote down: the YAML file with the environment over it, checked and typed. Names are those of the file.
public struct SiteConfiguration: Sendable, Hashable {
    /// `property.timeZone`; `nil`: what the PMS says, else this machine's zone.
    public var timeZone: TimeZone?
    /// `property.language`: what clerks read.
    public var language: Language
    public var journal: JournalSettings
    /// `journal.path`.
    public var journalPath: String { journal.path }
    /// `queue.staleAfter`: how long an order waits that brings no limit of its own.
    public var staleAfter: Duration
    /// `nil` when the section is there but wrong: the bridge then serves no endpoint.
    public var endpoint: EndpointConfiguration?
    /// In the order of the file. Those with a problem are left out.
    public var encoders: [EncoderConfiguration]
    /// `nil` when there is no such section, or it is wrong.
    public var mews: MewsSettings?
    public var industryStandard: IndustryStandardDoorSettings?
    public var fias: FiasDoorSettings?
    /// Those without a problem, by name. An encoder has its own in ``EncoderConfiguration/layout``.
    public var layouts: [String: CardLayout]

    /// `nil` when there is no such section, or it is wrong.
    public var mqtt: MQTTSettings?
    /// Those without a problem.
    public var locks: [LockConfiguration] = []
    /// `nil` when there is no such section.
    public var access: AccessSettings?
    /// `nil` when nobody is told.
    public var alerts: AlertSettings?

    public static let defaultStaleAfter: Duration = .seconds(300)

    public init(
        timeZone: TimeZone? = nil, language: Language = .english, journal: JournalSettings = JournalSettings(),
        staleAfter: Duration = Self.defaultStaleAfter,
        endpoint: EndpointConfiguration? = EndpointConfiguration(),
        encoders: [EncoderConfiguration] = [], mews: MewsSettings? = nil, layouts: [String: CardLayout] = [:]
    ) {
        self.timeZone = timeZone
        self.language = language
        self.journal = journal
        self.staleAfter = staleAfter
        self.endpoint = endpoint
        self.encoders = encoders
        self.mews = mews
        self.layouts = layouts
    }
}

/// The local HTTP endpoint.
public struct EndpointConfiguration: Sendable, Hashable {
    public var listen: ListenAddress
    /// `nil`: on loopback, reading is open to every program of this machine and writing is refused.
    public var tokensFile: String?
    /// What makes it fit for other machines; `nil`: none but this one can reach it.
    public var tls: EndpointTLS?

    public init(listen: ListenAddress = .tcp(host: "127.0.0.1", port: 8630), tokensFile: String? = nil, tls: EndpointTLS? = nil) {
        self.listen = listen
        self.tokensFile = tokensFile
        self.tls = tls
    }
}

/// One encoder of the site.
public struct EncoderConfiguration: Sendable, Hashable {
    public var name: EncoderName
    /// Name of a driver in the catalog.
    public var driver: String
    public var match: PortMatch
    public var settings: DriverSettings
    /// Where a raw encoder takes the content of cards from when an order brings none.
    public var layout: CardLayout?

    public init(
        name: EncoderName, driver: String, match: PortMatch, settings: DriverSettings = DriverSettings(), layout: CardLayout? = nil
    ) {
        self.name = name
        self.driver = driver
        self.match = match
        self.settings = settings
        self.layout = layout
    }
}
