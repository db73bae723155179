// SPDX-License-Identifier: Apache-2.0
import CoreMetrics
import Testing

@testable import Metering

@Suite struct PrometheusTextTests {
    @Test func counter_isThereWithZero_andCounts() {
        let registry = PrometheusRegistry(help: ["keys_total": "Keys, cut."])
        let counter = Counter(label: "keys_total", dimensions: [("encoder", "bar"), ("b", "1")], factory: registry)
        #expect(registry.text() == "# HELP keys_total Keys, cut.\n# TYPE keys_total counter\nkeys_total{b=\"1\",encoder=\"bar\"} 0\n")
        counter.increment()
        counter.increment(by: 2)
        #expect(registry.text().hasSuffix("} 3\n"))
    }

    @Test func labelValue_cannotEndItsLine() {
        let registry = PrometheusRegistry()
        Meter(label: "m", dimensions: [("name", "a\"b\\c\nd")], factory: registry).set(1.5)
        #expect(registry.text() == "# TYPE m gauge\nm{name=\"a\\\"b\\\\c\\nd\"} 1.5\n")
    }

    @Test(arguments: [("9lives", "_9lives"), ("a-b.c", "a_b_c"), ("ž", "_")])
    func name_becomesOneThatPrometheusTakes(from: String, to: String) {
        #expect(MetricFamily.name(from) == to)
    }

    @Test func timer_isAHistogramInSeconds_whoseBucketsAddUp() {
        let registry = PrometheusRegistry()
        let timer = Timer(label: "t", dimensions: [], factory: registry)
        timer.recordNanoseconds(200_000_000)
        timer.recordNanoseconds(90_000_000_000)
        let lines = registry.text().split(separator: "\n").map(String.init)
        #expect(lines.contains("t_bucket{le=\"0.1\"} 0"))
        #expect(lines.contains("t_bucket{le=\"0.25\"} 1"))
        #expect(lines.contains("t_bucket{le=\"60\"} 1"))
        #expect(lines.contains("t_bucket{le=\"+Inf\"} 2"))
        #expect(lines.contains("t_sum 90.2"))
        #expect(lines.contains("t_count 2"))
    }
}
