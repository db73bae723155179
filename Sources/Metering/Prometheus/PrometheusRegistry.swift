// SPDX-License-Identifier: Apache-2.0
import CoreMetrics
import Synchronization

/// Where swift-metrics leaves its values, and Prometheus finds them. Our own, because no listed package has an exporter: a factory, four
/// small handlers and a text format of a page.
public final class PrometheusRegistry: MetricsFactory {
    private let families = Mutex<[String: MetricFamily]>([:])
    private let help: [String: String]

    /// - Parameter help: what each metric is, by its name.
    public init(help: [String: String] = [:]) { self.help = help }

    /// Every metric, as `GET /metrics` answers it.
    public func text() -> String { PrometheusText.page(families.withLock { $0 }) }

    private func series(_ label: String, _ kind: MetricFamily.Kind, _ dimensions: [(String, String)]) -> PrometheusSeries {
        let name = MetricFamily.name(label)
        let series = PrometheusSeries(registry: self, name: name, labels: MetricLabels(dimensions))
        families.withLock { families in
            var family = families[name] ?? MetricFamily(kind: kind, help: help[name] ?? "")
            // A counter is there from its beginning, with 0: a rate cannot be made of a first value.
            if family.series[series.labels] == nil {
                family.series[series.labels] = family.kind == .histogram ? .histogram(Histogram()) : .number(0)
            }
            families[name] = family
        }
        return series
    }

    func change(_ series: PrometheusSeries, _ change: (inout MetricFamily.Value) -> Void) {
        families.withLock { families in
            guard var family = families[series.name] else { return }
            var value = family.series[series.labels] ?? (family.kind == .histogram ? .histogram(Histogram()) : .number(0))
            change(&value)
            family.series[series.labels] = value
            families[series.name] = family
        }
    }

    // MARK: MetricsFactory

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, .counter, dimensions)
    }

    public func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        series(label, .counter, dimensions)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler { series(label, .gauge, dimensions) }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        series(label, aggregate ? .histogram : .gauge, dimensions)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { series(label, .histogram, dimensions) }

    // Series stay until the process ends: Prometheus' counters never go back.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}
}

/// One series, whatever swift-metrics calls it.
final class PrometheusSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    let registry: PrometheusRegistry
    let name: String
    let labels: MetricLabels

    init(registry: PrometheusRegistry, name: String, labels: MetricLabels) {
        self.registry = registry
        self.name = name
        self.labels = labels
    }

    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { registry.change(self) { $0 = .number(value) } }
    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func reset() { registry.change(self) { $0 = .number(0) } }

    func record(_ value: Double) {
        registry.change(self) { kept in
            switch kept {
            case .number: kept = .number(value)
            case .histogram(var histogram):
                histogram.record(value)
                kept = .histogram(histogram)
            }
        }
    }

    private func add(_ amount: Double) {
        registry.change(self) { kept in
            if case .number(let before) = kept { kept = .number(before + amount) }
        }
    }
}
