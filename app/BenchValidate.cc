#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "Bench.hh"
#include "Command.hh"
#include "Stopwatch.hh"
#include "core/Error.hh"
#include "core/Machine.hh"
#include "core/Shipped.hh"
#include "validate/ShowerComparison.hh"

namespace caloforge::app {
namespace {

using core::Json;

// The shipped Geant4 showers, as often as it takes: what a comparison costs does not depend on their being
// new.
data::ShowerSet repeated(std::size_t showers) {
    const auto path = core::find_shipped({"example", "example", ".h5"}, "geant4-electrons");
    const std::size_t each = data::ShowerSet::open({path}).size();
    return data::ShowerSet::open(
        std::vector<std::filesystem::path>(std::max<std::size_t>(1, (showers + each - 1) / each), path));
}

// A set compared with itself differs by nothing.
double verify(const validate::Comparison& comparison) {
    double worst = 0;
    for (const validate::Metric& metric : comparison.metrics()) {
        // The Frechet distance draws its batches independently.
        if (metric.name == "fpd") continue;
        worst = std::max(worst, metric.distance());
    }
    constexpr double rounding = 1e-9;
    if (!(worst <= rounding))
        throw core::RunError(fmt::format("a set differs from itself by {} ({} is allowed)", worst, rounding));
    return worst;
}

}  // namespace

void bench_validate(const BenchOptions& options) {
    const std::vector<std::size_t> counts =
        options.batches.empty() ? std::vector<std::size_t>{20000} : options.batches;
    Json results = Json::array();
    for (const std::size_t count : counts) {
        const data::ShowerSet set = repeated(count);
        validate::ShowerCompareOptions compare;
        compare.threads = static_cast<std::size_t>(options.threads);
        double difference = 0;
        const Timings timings = time_repeatedly(
            [&] { difference = verify(validate::compare_showers(set, set, compare)); }, options.seconds, 3);
        const double per_shower = timings.median() / static_cast<double>(2 * set.size());
        const std::size_t threads = core::thread_count(compare.threads);
        results.push_back({{"what", "validate"},
                           {"backend", "native"},
                           {"device", "cpu"},
                           {"batch", set.size()},
                           {"threads", threads},
                           {"ranks", 1},
                           {"ms_per_shower", 1e3 * per_shower},
                           {"showers_per_s", 1 / per_shower},
                           {"spread", timings.spread()},
                           {"repeats", timings.repeats()},
                           {"max_rel_diff", difference}});
        std::cerr << fmt::format(
            "validate {} + {} showers  {} threads  {:.2f} s  {:.3f} ms/shower  {:.0f} showers/s  ±{:.0f} %\n",
            set.size(), set.size(), threads, timings.median(), 1e3 * per_shower, 1 / per_shower,
            100 * timings.spread());
    }
    if (options.json) print_json(bench_json(results));
}

}  // namespace caloforge::app
