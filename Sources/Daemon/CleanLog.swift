// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Logging

/// A log whose entries keep to the one rule for what may be printed (``EncoderModel/PlainText``), wherever they go: a process or a device
/// may call itself anything.
package struct CleanLog: LogHandler {
    private var inner: any LogHandler

    package init(_ inner: any LogHandler) { self.inner = inner }

    package var logLevel: Logger.Level {
        get { inner.logLevel }
        set { inner.logLevel = newValue }
    }

    package var metadata: Logger.Metadata {
        get { inner.metadata }
        set { inner.metadata = newValue.mapValues(Self.cleaned) }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { inner[metadataKey: key] }
        set { inner[metadataKey: key] = newValue.map(Self.cleaned) }
    }

    package func log(event: LogEvent) {
        var event = event
        event.message = "\(PlainText.clean(event.message.description))"
        event.metadata = event.metadata?.mapValues(Self.cleaned)
        inner.log(event: event)
    }

    private static func cleaned(_ value: Logger.Metadata.Value) -> Logger.Metadata.Value { .string(PlainText.clean(value.description)) }
}
